package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks a running node. */
abstract class ClientCommand implements Callable<Integer> {

    private static final String DEFAULT_ENDPOINT = "http://127.0.0.1:3000";

    enum Output {
        text,
        json
    }

    @Option(
            names = {"-e", "--endpoint"},
            paramLabel = "URL",
            split = ",",
            description = "Node to ask, or several with commas; default: $HELIOGRAPH_ENDPOINTS, or " + DEFAULT_ENDPOINT)
    @Nullable
    List<String> endpoints;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text for people, json for scripts; default: text")
    Output output = Output.text;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Wait this long for an answer; default: 15")
    int timeoutSeconds = 15;

    @Spec
    @Nullable
    CommandSpec spec;

    ApiClient api() {
        if (timeoutSeconds < 1) {
            throw new CliException(ExitCodes.USAGE, "--timeout should be a second or more");
        }
        List<String> chosen = endpoints;
        String fromEnvironment = System.getenv("HELIOGRAPH_ENDPOINTS");
        if (chosen == null && fromEnvironment != null && !fromEnvironment.isBlank()) {
            chosen = Arrays.stream(fromEnvironment.split(",")).map(String::trim).toList();
        }
        return new ApiClient(chosen == null ? List.of(DEFAULT_ENDPOINT) : chosen, Duration.ofSeconds(timeoutSeconds));
    }

    PrintWriter out() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec.commandLine().getOut();
    }

    /** Prints the answer as JSON when that was asked for. */
    boolean printedAsJson(JsonNode answer) {
        if (output == Output.json) {
            out().println(answer.toPrettyString());
            return true;
        }
        return false;
    }

    /** What every write prints: the revision, then the entries. */
    int printWrite(JsonNode answer) {
        if (!printedAsJson(answer)) {
            boolean changed = answer.path("changed").asBoolean();
            out().println((changed ? "committed at revision " : "already so since revision ")
                    + answer.path("revision").asLong());
            answer.path("entries").forEach(entry -> out().println("  "
                    + entry.path("key").asText() + " = " + entry.path("value").asText()));
        }
        return ExitCodes.DONE;
    }

    /** Prints rows in columns as wide as their widest cell. */
    void printTable(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out().println(line.toString().stripTrailing());
        }
    }
}
