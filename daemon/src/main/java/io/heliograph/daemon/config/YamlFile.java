package io.heliograph.daemon.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** A file as YAML sees it, before anybody asks what it means. */
final class YamlFile {

    private static final int MAX_BYTES = 1024 * 1024;

    private YamlFile() {}

    /**
     * @param source where what is wrong with it is told
     * @return null for an empty file
     * @throws ConfigurationException with all problems so far, when it is no YAML
     */
    static @Nullable Node parse(Path file, Source source) throws ConfigurationException {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return new Yaml(options).compose(reader);
        } catch (NoSuchFileException e) {
            throw fatal(source, 0, "there is no such file");
        } catch (MalformedInputException e) {
            throw fatal(source, 0, "is not UTF-8 text");
        } catch (IOException e) {
            throw fatal(source, 0, "cannot be read: " + e.getMessage());
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw fatal(source, line, "is not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw fatal(
                    source,
                    0,
                    "is not YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static ConfigurationException fatal(Source source, int line, String message) {
        source.problem(line, "", message);
        return new ConfigurationException(source.problems());
    }
}
