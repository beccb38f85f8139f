package io.heliograph.daemon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What fish completes a command by; see {@code complete} in its manual. */
final class FishCompletion {

    private static final String SEEN = "__fish_seen_subcommand_from ";

    private final String name;
    private final StringBuilder script = new StringBuilder();

    private FishCompletion(String name) {
        this.name = name;
    }

    /** The script for a command with everything below it. */
    static String of(CommandSpec root) {
        FishCompletion completion = new FishCompletion(root.name());
        completion.script.append("complete -c ").append(root.name()).append(" -f\n");
        completion.command(root, List.of());
        return completion.script.toString();
    }

    private void command(CommandSpec spec, List<String> above) {
        List<String> conditions = new ArrayList<>(above);
        if (!spec.subcommands().isEmpty()) {
            conditions.add("not " + SEEN + String.join(" ", spec.subcommands().keySet()));
        }
        String condition = String.join("; and ", conditions);
        spec.subcommands()
                .forEach((word, line) -> complete(
                        condition,
                        "-a " + word,
                        line.getCommandSpec().usageMessage().description()));
        spec.options().stream().filter(option -> !option.hidden()).forEach(option -> option(condition, option));
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            parameter(condition, parameter);
        }
        for (var below : spec.subcommands().entrySet()) {
            List<String> seen = new ArrayList<>(above);
            seen.add(SEEN + below.getKey());
            CommandLine line = below.getValue();
            command(line.getCommandSpec(), seen);
        }
    }

    private void parameter(String condition, PositionalParamSpec parameter) {
        if (parameter.type().isEnum()) {
            complete(condition, "-a '" + values(parameter.type()) + "'", new String[0]);
        } else if (parameter.paramLabel().equals("FILE")) {
            complete(condition, "-F", new String[0]);
        }
    }

    private void option(String condition, OptionSpec option) {
        StringBuilder names = new StringBuilder();
        for (String each : option.names()) {
            String kind = each.startsWith("--") ? "-l " : each.length() == 2 ? "-s " : "-o ";
            names.append(names.isEmpty() ? "" : " ").append(kind).append(each.replaceFirst("^--?", ""));
        }
        if (option.type().isEnum()) {
            names.append(" -x -a '").append(values(option.type())).append('\'');
        } else if (option.arity().max() > 0) {
            names.append(option.paramLabel().equals("FILE") ? " -r -F" : " -x");
        }
        complete(condition, names.toString(), option.description());
    }

    private static String values(Class<?> type) {
        List<String> values = new ArrayList<>();
        for (Object value : type.getEnumConstants()) {
            values.add(value.toString());
        }
        return String.join(" ", values);
    }

    private void complete(String condition, String what, String[] description) {
        script.append("complete -c ").append(name);
        if (!condition.isEmpty()) {
            script.append(" -n '").append(condition).append('\'');
        }
        script.append(' ').append(what);
        if (description.length > 0) {
            String text = String.format(Locale.ROOT, String.join(" ", description));
            script.append(" -d '")
                    .append(text.replace("\\", "\\\\").replace("'", "\\'"))
                    .append('\'');
        }
        script.append('\n');
    }
}
