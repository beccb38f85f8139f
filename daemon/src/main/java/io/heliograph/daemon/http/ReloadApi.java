package io.heliograph.daemon.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.heliograph.daemon.config.ConfigurationException;
import io.heliograph.daemon.config.Problem;
import io.heliograph.daemon.config.Reload;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** {@code POST /v1/reload}, and its older name: the node that is asked reads its configuration file again. */
final class ReloadApi {

    private final Reload reload;

    ReloadApi(Reload reload) {
        this.reload = reload;
    }

    void addTo(Router router) {
        router.add("POST", "/v1/reload", Access.ADMIN, exchange -> reload())
                .add("GET", "/api/reload-configuration", Access.ADMIN, exchange -> older());
    }

    private Answer reload() {
        try {
            Reload.Done done = reload.run();
            ObjectNode body = Json.object();
            fill(body.putArray("applied"), done.applied());
            fill(body.putArray("needsRestart"), done.needsRestart());
            return Answer.json(200, body);
        } catch (ConfigurationException e) {
            ObjectNode more = Json.object();
            fill(
                    more.putArray("problems"),
                    e.problems().stream().map(Problem::toString).toList());
            return ProblemKind.BAD_CONFIGURATION.answer("nothing was changed: " + lines(e), more);
        } catch (IOException e) {
            throw new HttpProblem(ProblemKind.RELOAD_FAILED, "nothing was changed: " + e.getMessage());
        }
    }

    private Answer older() {
        try {
            reload.run();
            return OrchestratorApi.envelope(200, "OK", "Config reloaded", TextNode.valueOf(""));
        } catch (ConfigurationException e) {
            return OrchestratorApi.error("Config not reloaded: " + lines(e));
        } catch (IOException e) {
            return OrchestratorApi.error("Config not reloaded: " + e.getMessage());
        }
    }

    private static String lines(ConfigurationException e) {
        return e.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
    }

    private static void fill(ArrayNode array, List<String> lines) {
        lines.forEach(array::add);
    }
}
