package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** Which commands are made for which arguments. */
class CommandsTest {

    private static java.util.List<String> among(String line) {
        return Commands.among(line.isEmpty() ? new String[0] : line.split(" "));
    }

    @Test
    void when_a_command_is_named_then_only_that_one_is_made() {
        assertThat(among("leader")).containsExactly("leader");
        assertThat(among("-e http://x cluster list")).containsExactly("cluster");
        assertThat(among("-c clusters")).isEmpty();
        assertThat(among("failover status db1:1")).containsExactly("status", "failover");
    }

    @Test
    void when_none_is_named_then_all_are_made() {
        assertThat(among("")).isEqualTo(Commands.NAMES);
        assertThat(among("--help")).isEqualTo(Commands.NAMES);
        assertThat(among("leadr")).isEqualTo(Commands.NAMES);
    }

    @Test
    void when_a_command_is_made_then_it_has_the_name() {
        for (String name : Commands.NAMES) {
            Command annotation = Commands.create(name).getClass().getAnnotation(Command.class);
            assertThat(annotation.name()).isEqualTo(name);
        }
    }

    @Test
    void when_it_is_warmed_up_then_it_says_nothing() {
        Run.of("warm-up").expectDone();
        assertThat(Run.of("--help").out()).doesNotContain("warm-up").contains("check-config");
        assertThat(Run.of("status", "--help").out()).contains("--endpoint", "Exit codes:", "--version");
    }
}
