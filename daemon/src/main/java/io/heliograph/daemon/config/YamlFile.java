package io.heliograph.daemon.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
        try {
            return new Yaml(options).compose(new StringReader(text(file, source)));
        } catch (NoSuchFileException e) {
            throw fatal(source, 0, "there is no such file");
        } catch (CharacterCodingException e) {
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

    private static String text(Path file, Source source) throws IOException, ConfigurationException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw fatal(source, 0, "is larger than 1 MiB");
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private static ConfigurationException fatal(Source source, int line, String message) {
        source.problem(line, "", message);
        return new ConfigurationException(source.problems());
    }
}
