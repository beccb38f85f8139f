package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heliograph failover}. */
@Command(name = "failover", description = "Publish a new master of a cluster that is known.")
final class FailoverCommand extends WriteCommand {

    @Parameters(paramLabel = "ALIAS")
    String alias = "";

    @Parameters(paramLabel = "MASTER", description = "host:port")
    String master = "";

    @Option(names = "--expected", paramLabel = "MASTER", description = "Only while this is the master.")
    @Nullable
    String expected;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.")
    @Nullable
    String reason;

    @Override
    public Integer call() {
        ObjectNode body = ApiClient.object().put("master", master);
        if (expected != null) {
            body.put("expected", expected);
        }
        if (reason != null) {
            body.put("reason", reason);
        }
        return write("POST", "/v1/clusters/" + ApiClient.encoded(alias) + "/failover", Json.text(body));
    }
}
