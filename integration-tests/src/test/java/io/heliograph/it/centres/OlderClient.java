package io.heliograph.it.centres;

import io.heliograph.it.daemon.CliResult;
import io.heliograph.it.daemon.Distribution;
import io.heliograph.it.servers.ScriptTools;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks by a script that works as operators' scripts for the older API do, or by the command line's older form; both are
 * given the same environment.
 *
 * @param nodes URLs of nodes, with blanks between
 * @param user for basic authentication, empty for none
 */
record OlderClient(String nodes, String user, String password) {

    private static final String SCRIPT = "/older-client.sh";

    OlderClient withNodes(String other) {
        return new OlderClient(other, user, password);
    }

    /** {@code older-client.sh -c} and these. */
    CliResult script(String... arguments) {
        return Distribution.run(after(List.of("bash", scriptFile().toString(), "-c"), arguments), environment());
    }

    /** {@code heliograph -c} and these. */
    CliResult command(String... arguments) {
        return Distribution.cli(after(List.of("-c"), arguments), environment());
    }

    private static List<String> after(List<String> beginning, String... arguments) {
        List<String> all = new ArrayList<>(beginning);
        all.addAll(List.of(arguments));
        return all;
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(ScriptTools.curlAndJq());
        environment.put("ORCHESTRATOR_API", nodes);
        environment.put("ORCHESTRATOR_AUTH_USER", user);
        environment.put("ORCHESTRATOR_AUTH_PASSWORD", password);
        environment.put("NO_PROXY", "127.0.0.1");
        environment.put("no_proxy", "127.0.0.1");
        return environment;
    }

    private static Path scriptFile() {
        URL script = OlderClient.class.getResource(SCRIPT);
        if (script == null) {
            throw new IllegalStateException("no " + SCRIPT + " among the tests' resources");
        }
        try {
            return Path.of(script.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(script.toString(), e);
        }
    }
}
