package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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
                Table table = new Table(List.of("ALIAS", "MASTER", "REVISION"));
                clusters.forEach(cluster -> table.row(
                        cluster.path("alias").asText(),
                        cluster.path("master").asText(),
                        cluster.path("revision").asText()));
                print(table);
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
            return write("PUT", path(alias), Json.text(ApiClient.object().put("master", master)));
        }
    }

    /** {@code heliograph cluster forget}. */
    @Command(name = "forget", description = "Forget a cluster; its keys stay unless asked.")
    static final class Forget extends WriteCommand {
        @Parameters(paramLabel = "ALIAS")
        String alias = "";

        @Option(names = "--delete-keys", description = "Delete its keys from every store, too.")
        boolean deleteKeys;

        @Override
        public Integer call() {
            return write("DELETE", path(alias), deleteKeys ? Map.of("deleteKeys", "true") : Map.of(), "");
        }

        @Override
        void printWrite(JsonNode answer) {
            out().println(deleteKeys ? "forgotten" : "forgotten; its keys stay");
            if (deleteKeys) {
                super.printWrite(answer);
            }
        }
    }
}
