package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.daemon.config.ConfigurationException;
import io.heliograph.daemon.config.OrchestratorImport;
import io.heliograph.daemon.config.TokensWriter;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heliograph import-config}. Asks no server. */
@Command(
        name = "import-config",
        description = "Make a configuration of an orchestrator.conf.json, and say what could not be carried over.")
final class ImportConfigCommand extends CliCommand {

    @Parameters(paramLabel = "FILE", description = "The orchestrator.conf.json.")
    Path file = Path.of("");

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description =
                    "Write the configuration there, and its secrets into files beside it that only their owner may"
                            + " read; nothing that exists is overwritten. Default: print it, without the secrets.")
    @Nullable
    Path to;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description = "Name of the Heliograph cluster, the same on every node; default: ${DEFAULT-VALUE}")
    String cluster = "masters";

    @Override
    public Integer call() {
        OrchestratorImport.Result result = read();
        StringBuilder text = new StringBuilder("# Made of orchestrator's configuration. What to look at:\n");
        result.notes().forEach(note -> text.append("#   ").append(note).append('\n'));
        text.append(result.yaml());
        Path target = to;
        if (target != null) {
            write(target, text.toString(), result);
        }
        ObjectNode told = ApiClient.object().put("configuration", result.yaml());
        ArrayNode notes = told.putArray("notes");
        result.notes().forEach(notes::add);
        if (printedAsJson(told)) {
            return ExitCodes.DONE;
        }
        if (target == null) {
            text.toString().lines().forEach(this::say);
            result.secrets().keySet().stream().sorted().forEach(name -> console()
                    .remark(name + " is not written; --to writes it"));
            if (result.tokens() != null) {
                console().remark("tokens.yaml is not written; --to writes it");
            }
        } else {
            say("wrote " + target + "; check it with heliograph check-config -f " + target);
            result.notes().forEach(this::say);
        }
        return ExitCodes.DONE;
    }

    private OrchestratorImport.Result read() {
        try {
            return OrchestratorImport.run(file.toString(), Files.readString(file), cluster);
        } catch (ConfigurationException e) {
            throw new CliException(ExitCodes.USAGE, String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCodes.USAGE, file + ": there is no such file");
        } catch (CharacterCodingException e) {
            throw new CliException(ExitCodes.USAGE, file + ": is not UTF-8 text");
        } catch (IOException e) {
            throw new CliException(
                    ExitCodes.USAGE, file + ": cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static void write(Path target, String text, OrchestratorImport.Result result) {
        Path tokens = target.resolveSibling("tokens.yaml");
        Tokens known = result.tokens();
        for (Path each : files(target, result, known == null ? List.of() : List.of(tokens))) {
            if (Files.exists(each)) {
                throw new CliException(ExitCodes.REFUSED, each + " exists already; nothing was written");
            }
        }
        try {
            for (Map.Entry<String, String> secret : result.secrets().entrySet()) {
                TokensWriter.writeSecret(target.resolveSibling(secret.getKey()), secret.getValue());
            }
            if (known != null) {
                TokensWriter.write(tokens, known);
            }
            Files.writeString(target, text);
        } catch (IOException e) {
            throw new CliException(ExitCodes.REFUSED, "cannot write beside " + target + ": " + e);
        }
    }

    private static List<Path> files(Path target, OrchestratorImport.Result result, List<Path> more) {
        List<Path> files = new java.util.ArrayList<>(more);
        files.add(target);
        result.secrets().keySet().stream().sorted().map(target::resolveSibling).forEach(files::add);
        return files;
    }
}
