package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that prints text for people or JSON for scripts. */
abstract class CliCommand implements Callable<Integer> {

    enum Output {
        text,
        json
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text for people, json for scripts; default: text")
    @Nullable
    Output output;

    @Spec
    @Nullable
    CommandSpec spec;

    private @Nullable CliFile settings;

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec;
    }

    Console console() {
        return ((Main) spec().root().userObject()).console();
    }

    PrintWriter out() {
        return console().out();
    }

    /** The command above this one, when it has the same options; they count for this one, too. */
    @Nullable
    CliCommand above() {
        CommandSpec parent = spec().parent();
        return parent != null && parent.userObject() instanceof CliCommand command ? command : null;
    }

    /** The user's own settings. */
    CliFile settings() {
        CliFile read = settings;
        if (read == null) {
            read = CliFile.read(console().surroundings());
            settings = read;
        }
        return read;
    }

    private @Nullable Output wanted() {
        CliCommand above = above();
        return output != null || above == null ? output : above.wanted();
    }

    /** Whether scripts read it. Complaints follow from now on. */
    boolean isJson() {
        Output wanted = wanted();
        boolean json = wanted == null ? settings().json() : wanted == Output.json;
        console().json(json);
        return json;
    }

    /** For a failure before anybody asked what is wanted. */
    void tellComplaintsFormat() {
        try {
            isJson();
        } catch (CliException e) {
            console().json(false); // the settings themselves are at fault
        }
    }

    /** Prints the answer as JSON when that was asked for. */
    boolean printedAsJson(JsonNode answer) {
        if (!isJson()) {
            return false;
        }
        out().println(Harmless.json(Json.pretty(answer)));
        return true;
    }

    /** Says what takes long, until it is closed. */
    Progress progress(String doing) {
        return new Progress(console().err(), console().surroundings().errIsTerminal(), doing);
    }

    /** Prints a line with somebody else's words in it. */
    void say(String line) {
        console().say(line);
    }

    void print(Table table) {
        table.lines(console().coloursOut()).forEach(out()::println);
    }
}
