package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;

/**
 * Where a command prints and complains. A complaint is {@code heliograph: …} in text, or one JSON object on the same
 * stream when JSON is wanted: the server's answer where there was one, its {@code detail}, and {@code exitCode}.
 */
final class Console {

    private final PrintWriter out;
    private final PrintWriter err;
    private final Surroundings surroundings;
    private boolean isJson;

    Console(PrintWriter out, PrintWriter err, Surroundings surroundings) {
        this.out = out;
        this.err = err;
        this.surroundings = surroundings;
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** Complaints are JSON from now on, or not. */
    void json(boolean isWanted) {
        isJson = isWanted;
    }

    boolean coloursOut() {
        return surroundings.outIsTerminal() && surroundings.wantsColours();
    }

    /** Prints a line with somebody else's words in it. */
    void say(String line) {
        out.println(Harmless.line(line));
    }

    /** Tells something beside the output. */
    void remark(String line) {
        err.println("heliograph: " + Harmless.line(line));
    }

    /** Says why a command failed. */
    void complain(CliException failure) {
        List<String> lines = failure.message().lines().toList();
        if (isJson) {
            ObjectNode problem = failure.answer() == null
                    ? JsonNodeFactory.instance.objectNode()
                    : failure.answer().deepCopy();
            if (!problem.has("detail")) {
                problem.put("detail", String.join("; ", lines));
            }
            problem.put("exitCode", failure.exitCode());
            if (lines.size() > 1) {
                ArrayNode problems = problem.putArray("problems");
                lines.forEach(problems::add);
            }
            err.println(Harmless.json(Json.text(problem)));
            return;
        }
        boolean isRed = surroundings.errIsTerminal() && surroundings.wantsColours();
        String name = isRed ? "\u001b[31mheliograph:\u001b[0m " : "heliograph: ";
        lines.forEach(line -> err.println(name + Harmless.line(line)));
    }
}
