package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code heliograph cluster}. */
@Command(
        name = "cluster",
        description = "List, set and forget database clusters.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ClusterCommand.ListAll.class, ClusterCommand.SetMaster.class, ClusterCommand.Forget.class})
final class ClusterCommand {

    private static String path(String alias) {
        return "/v1/clusters/" + ApiClient.encoded(alias);
    }

    /** {@code heliograph cluster list}. */
    @Command(name = "list", description = "List the clusters and their masters.")
    static final class ListAll extends ClientCommand {
        @Override
        public Integer call() {
            JsonNode clusters = api().get("/v1/clusters");
            if (!printedAsJson(clusters)) {
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("ALIAS", "MASTER", "REVISION"));
                clusters.forEach(cluster -> rows.add(List.of(
                        cluster.path("alias").asText(),
                        cluster.path("master").asText(),
                        cluster.path("revision").asText())));
                printTable(rows);
            }
            return ExitCodes.DONE;
        }
    }

    /** {@code heliograph cluster set}. */
    @Command(name = "set", description = "Register a cluster, or set its master.")
    static final class SetMaster extends WriteCommand {
        @Parameters(paramLabel = "ALIAS")
        String alias = "";

        @Parameters(paramLabel = "MASTER", description = "host:port")
        String master = "";

        @Override
        public Integer call() {
            return write(
                    "PUT", path(alias), ApiClient.object().put("master", master).toString());
        }
    }

    /** {@code heliograph cluster forget}. */
    @Command(name = "forget", description = "Forget a cluster; its keys stay.")
    static final class Forget extends WriteCommand {
        @Parameters(paramLabel = "ALIAS")
        String alias = "";

        @Override
        public Integer call() {
            return write("DELETE", path(alias), "");
        }

        @Override
        void printWrite(JsonNode answer) {
            out().println("forgotten; its keys stay");
        }
    }
}
