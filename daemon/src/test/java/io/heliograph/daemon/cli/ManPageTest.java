package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual page and the completions know what the command line knows. */
class ManPageTest {

    private static List<CommandSpec> all() {
        List<CommandSpec> all = new ArrayList<>();
        Console console = new Console(
                new java.io.PrintWriter(System.out),
                new java.io.PrintWriter(System.err),
                new Surroundings(java.util.Map.of(), false, false));
        add(Main.commandLine(console, Commands.SHOWN), all);
        return all;
    }

    private static void add(CommandLine line, List<CommandSpec> all) {
        all.add(line.getCommandSpec());
        line.getSubcommands().values().forEach(below -> add(below, all));
    }

    private static String path(CommandSpec spec) {
        return spec.qualifiedName().replaceFirst("^heliograph ?", "");
    }

    @Test
    void when_the_page_is_printed_then_every_command_option_and_exit_code_is_in_it() {
        String page = Run.of("man").out();
        for (CommandSpec spec : all()) {
            boolean isGroup =
                    !(spec.userObject() instanceof CliCommand) && !path(spec).equals("server");
            if (!isGroup && !path(spec).isEmpty()) {
                assertThat(page).containsPattern("\n\\.SS " + path(spec).replace("-", "\\\\-") + "[ \n]");
            }
            for (OptionSpec option : spec.options()) {
                String name = option.longestName().replace("-", "\\-");
                assertThat(page).as(spec.qualifiedName()).contains("\\fB" + name + "\\fR");
            }
        }
        assertThat(page).contains(".TP\n\\fB4\\fR\noutcome unknown\n", "HELIOGRAPH_TOKEN", "cli.yaml");
        assertThat(page).doesNotContain("warm");
    }

    @Test
    void when_a_line_begins_then_it_is_a_request_only_where_one_is_meant() {
        assertThat(Run.of("man").out().lines())
                .filteredOn(line -> line.startsWith(".") || line.startsWith("'"))
                .allMatch(line -> line.matches("\\.(TH|SH|SS|TP|B|I|br)( .*)?"));
    }

    @Test
    void when_groff_is_here_then_it_renders_the_page_without_a_complaint(@TempDir Path directory) throws Exception {
        if (!Files.isExecutable(Path.of("/usr/bin/groff"))) {
            return; // what is above holds without it
        }
        Path page = Files.writeString(
                directory.resolve("heliograph.1"), Run.of("man").out());
        Process groff = new ProcessBuilder("groff", "-man", "-ww", "-Tascii", "-rLL=100n", page.toString())
                .redirectError(directory.resolve("err").toFile())
                .start();
        String shown;
        try (InputStream out = groff.getInputStream()) {
            shown = new String(out.readAllBytes(), StandardCharsets.US_ASCII).replaceAll(".\b", "");
        }
        assertThat(groff.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("err")).isEmptyFile();
        assertThat(groff.exitValue()).isZero();
        assertThat(shown).contains("failover ALIAS MASTER", "--delete-keys", "EXIT STATUS");
    }

    @Test
    void when_fish_completes_then_every_command_and_option_can_be_had() {
        String script = Run.of("completion", "fish").out();
        for (CommandSpec spec : all()) {
            assertThat(script).as(path(spec)).contains("-a " + path(spec).replaceFirst("^.* ", ""));
            for (OptionSpec option : spec.options()) {
                String name = option.longestName();
                assertThat(script).contains((name.startsWith("--") ? "-l " : "-o ") + name.replaceFirst("^--?", ""));
            }
        }
        assertThat(script).contains("-x -a 'text json'").doesNotContain("warm-up");
    }

    @Test
    void when_bash_completes_then_commands_and_options_come() throws Exception {
        assertThat(completed("cl")).containsExactly("cluster");
        assertThat(completed("cluster", "")).containsExactlyInAnyOrder("list", "set", "forget");
        assertThat(completed("failover", "--exp")).containsExactly("--expected");
        assertThat(completed("status", "--output", "")).containsExactly("text", "json");
        assertThat(Run.of("completion", "zsh").out())
                .isEqualTo(Run.of("completion", "bash").out())
                .contains("bashcompinit");
        Run.of("completion", "csh").expectFailure(2, "SHELL", "csh");
    }

    private static List<String> completed(String... words) throws Exception {
        String script = Run.of("completion", "bash").out() + "\ncompopt() { :; }\nCOMP_WORDS=(heliograph";
        for (String word : words) {
            script += " '" + word + "'";
        }
        script += ")\nCOMP_CWORD=" + words.length + "\n_complete_heliograph\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
        Process bash =
                new ProcessBuilder("bash", "-s").redirectErrorStream(true).start();
        try (var in = bash.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream out = bash.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .toList();
        }
    }
}
