package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.daemon.config.Durations;
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

    static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

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

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Wait this long for an answer: 750ms, 10s, 1m, or seconds; default: 15s")
    @Nullable
    String timeout;

    @Spec
    @Nullable
    CommandSpec spec;

    ApiClient api() {
        return api(timeout == null ? ANSWER_LIMIT : given(timeout));
    }

    /** What was given as {@code --timeout}. */
    static Duration given(String text) {
        Duration duration = Durations.parse(text.matches("[0-9]{1,9}") ? text + "s" : text)
                .orElseThrow(() -> new CliException(ExitCodes.USAGE, "--timeout: '" + text + "' " + Durations.HINT));
        if (duration.isZero()) {
            throw new CliException(ExitCodes.USAGE, "--timeout should be more than " + text);
        }
        return duration;
    }

    ApiClient api(Duration limit) {
        List<String> chosen = endpoints;
        String fromEnvironment = System.getenv("HELIOGRAPH_ENDPOINTS");
        if (chosen == null && fromEnvironment != null && !fromEnvironment.isBlank()) {
            chosen = Arrays.stream(fromEnvironment.split(",")).map(String::trim).toList();
        }
        return new ApiClient(chosen == null ? List.of(DEFAULT_ENDPOINT) : chosen, limit);
    }

    PrintWriter out() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec.commandLine().getErr();
    }

    /** Prints the answer as JSON when that was asked for. */
    boolean printedAsJson(JsonNode answer) {
        if (output == Output.json) {
            out().println(answer.toPrettyString());
            return true;
        }
        return false;
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
