package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One run of the command line.
 *
 * @param exitCode what the process would exit with
 * @param out what it printed
 * @param err what it complained
 */
record Run(int exitCode, String out, String err) {

    /** In a script, with nothing in the environment. */
    static Run of(String... arguments) {
        return in(new Surroundings(Map.of(), false, false), arguments);
    }

    static Run in(Surroundings surroundings, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Console console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), surroundings);
        int code = Main.run(arguments, console);
        return new Run(code, out.toString(), err.toString());
    }

    /** With these variables. */
    static Run with(Map<String, String> environment, String... arguments) {
        return in(new Surroundings(environment, false, false), arguments);
    }

    /** Asks this server. */
    static Run at(FakeServer server, String... arguments) {
        return atUrl(server.url(), arguments);
    }

    static Run atUrl(String url, String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--endpoint");
        all.add(url);
        return of(all.toArray(String[]::new));
    }

    void expectDone(String... lines) {
        assertThat(err).isEmpty();
        assertThat(out.lines()).containsExactly(lines);
        assertThat(exitCode).isZero();
    }

    void expectFailure(int code, String... words) {
        assertThat(err).startsWith("heliograph: ");
        for (String word : words) {
            assertThat(err).contains(word);
        }
        assertThat(err.lines()).hasSize(1);
        assertThat(exitCode).isEqualTo(code);
    }
}
