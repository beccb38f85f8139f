package io.heliograph.daemon.cli;

import io.heliograph.daemon.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual page, in the language of man (man-pages(7), groff_man(7)), made of the same model that the command line is
 * read by.
 */
final class ManPage {

    private static final List<String[]> VARIABLES = List.of(
            new String[] {
                "HELIOGRAPH_ENDPOINTS", "URLs of nodes, with commas; what \\-\\-endpoint names counts before it."
            },
            new String[] {"HELIOGRAPH_TOKEN, HELIOGRAPH_TOKEN_FILE", "The token to show, or the file that holds it."},
            new String[] {"HELIOGRAPH_CONFIG", "The server's configuration."},
            new String[] {"HELIOGRAPH_CACHE_DIR", "Where commands keep what makes them start fast; empty: nowhere."},
            new String[] {"HELIOGRAPH_JAVA_OPTS, JAVA_HOME", "Options for Java, and which Java."},
            new String[] {"NO_COLOR", "No colours, even at a terminal."},
            new String[] {
                "ORCHESTRATOR_API, ORCHESTRATOR_AUTH_USER, ORCHESTRATOR_AUTH_PASSWORD",
                "What the older client takes its endpoints and login from; with \\-c only, and after everything else."
            });

    private final StringBuilder page = new StringBuilder();
    private final Set<String> common = new HashSet<>();

    private ManPage() {}

    /** The page of a command with everything below it. */
    static String of(CommandSpec root) {
        ManPage page = new ManPage();
        page.write(root);
        return page.page.toString();
    }

    private void write(CommandSpec root) {
        String name = root.name();
        line(".TH " + name.toUpperCase(Locale.ROOT) + " 1 \"\" \"" + name + " " + escaped(Version.TEXT)
                + "\" \"User commands\"");
        line(".SH NAME");
        line(name + " \\- " + text(root.usageMessage().description()));
        line(".SH SYNOPSIS");
        line(".B " + name);
        line(".I COMMAND");
        line("[\\fIOPTIONS\\fR]");
        line(".br");
        line(".B " + name + " \\-c");
        line(".I COMMAND");
        line("[\\fIOPTIONS\\fR]");
        CommandSpec typical = spec(root, "status");
        CommandSpec writing = spec(root, "submit");
        writing.options().forEach(option -> common.add(option.longestName()));
        line(".SH COMMANDS");
        root.subcommands().values().forEach(this::command);
        line(".SH OPTIONS OF COMMANDS THAT ASK A NODE");
        typical.options().forEach(this::option);
        line(".SH OPTIONS OF COMMANDS THAT WRITE");
        Set<String> ofAll = names(typical);
        writing.options().stream()
                .filter(option -> !ofAll.contains(option.longestName()))
                .forEach(this::option);
        line(".SH OLDER FORM");
        root.options().stream().filter(this::isOfItsOwn).forEach(this::option);
        line(".SH EXIT STATUS");
        Map<String, String> codes = root.usageMessage().exitCodeList();
        codes.forEach((code, meaning) -> tagged("\\fB" + escaped(code.strip()) + "\\fR", escaped(meaning)));
        line(".SH ENVIRONMENT");
        VARIABLES.forEach(variable -> tagged("\\fB" + variable[0] + "\\fR", variable[1]));
        line(".SH FILES");
        tagged(
                "\\fI~/.config/heliograph/cli.yaml\\fR",
                "Settings of the user: endpoints, token\\-file, ca, certificate, key, output (text or json)."
                        + " What is given on the command line or by the environment counts before them.");
        tagged("\\fI/etc/heliograph/heliograph.yaml\\fR", "The server's configuration.");
    }

    private static Set<String> names(CommandSpec spec) {
        return spec.options().stream().map(OptionSpec::longestName).collect(Collectors.toSet());
    }

    private static CommandSpec spec(CommandSpec root, String name) {
        CommandLine found = root.subcommands().get(name);
        if (found == null) {
            throw new IllegalStateException("no command " + name);
        }
        return found.getCommandSpec();
    }

    private void command(CommandLine line) {
        CommandSpec spec = line.getCommandSpec();
        boolean isGroup = !spec.subcommands().isEmpty()
                && spec.positionalParameters().isEmpty()
                && !(spec.userObject() instanceof ClientCommand);
        if (!isGroup) {
            line(".SS " + escaped(spec.qualifiedName().replaceFirst("^\\S+ ", "")) + synopsis(spec));
            line(text(spec.usageMessage().description()));
            spec.positionalParameters().stream()
                    .filter(each -> each.description().length > 0)
                    .forEach(each -> tagged("\\fI" + escaped(each.paramLabel()) + "\\fR", text(each.description())));
            spec.options().stream().filter(this::isOfItsOwn).forEach(this::option);
        }
        spec.subcommands().values().forEach(this::command);
    }

    private boolean isOfItsOwn(OptionSpec option) {
        return !option.hidden() && !common.contains(option.longestName());
    }

    private static String synopsis(CommandSpec spec) {
        List<String> words = new ArrayList<>();
        for (PositionalParamSpec each : spec.positionalParameters()) {
            String label = escaped(each.paramLabel());
            words.add(each.required() ? label : "[" + label + "]");
        }
        spec.options().stream()
                .filter(OptionSpec::required)
                .forEach(option -> words.add(escaped(option.longestName() + " " + option.paramLabel())));
        return words.isEmpty() ? "" : " " + String.join(" ", words);
    }

    private void option(OptionSpec option) {
        String names = java.util.Arrays.stream(option.names())
                .map(name -> "\\fB" + escaped(name) + "\\fR")
                .collect(Collectors.joining(", "));
        boolean takesValue = option.arity().max() > 0;
        tagged(names + (takesValue ? " \\fI" + escaped(option.paramLabel()) + "\\fR" : ""), text(option.description()));
    }

    private void tagged(String tag, String text) {
        line(".TP");
        line(tag);
        line(text);
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    /** Descriptions are patterns of {@link String#format}. */
    private static String text(String[] description) {
        return escaped(String.format(Locale.ROOT, String.join(" ", description)));
    }

    /** Words that mean themselves: no commands, no hyphens that are no minus signs. */
    private static String escaped(String text) {
        String plain = text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replaceAll("\\s+", " ")
                .strip();
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
