package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.Recovery;
import io.heliograph.daemon.StartupException;
import io.heliograph.daemon.config.Configuration;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heliograph snapshot}. */
@Command(
        name = "snapshot",
        description = "Take, save, inspect and restore snapshots.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            SnapshotCommand.Take.class,
            SnapshotCommand.Save.class,
            SnapshotCommand.Inspect.class,
            SnapshotCommand.Restore.class
        })
final class SnapshotCommand {

    /** {@code heliograph snapshot take}. */
    @Command(name = "take", description = "Take a snapshot on the asked node, now.")
    static final class Take extends ClientCommand {
        @Override
        public Integer call() {
            JsonNode answer = api().call("POST", "/v1/snapshots", "");
            if (!printedAsJson(answer)) {
                out().println("snapshot at index "
                        + answer.path("snapshotIndex").asLong());
            }
            return ExitCodes.DONE;
        }
    }

    /** {@code heliograph snapshot save}. */
    @Command(name = "save", description = "Save everything the asked node has applied to a file.")
    static final class Save extends ClientCommand {
        @Parameters(paramLabel = "FILE", description = "Must not exist yet.")
        Path file = Path.of("");

        @Override
        public Integer call() {
            JsonNode answer = api().get("/v1/snapshots/newest");
            byte[] bytes = Base64.getDecoder().decode(answer.path("bytes").asText());
            try {
                Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
            } catch (FileAlreadyExistsException e) {
                throw new CliException(ExitCodes.REFUSED, file + " exists already; nothing was written");
            } catch (IOException e) {
                throw new CliException(ExitCodes.REFUSED, file + " cannot be written: " + e);
            }
            ObjectNode saved = ApiClient.object().put("file", file.toString()).put("bytes", bytes.length);
            if (!printedAsJson(saved)) {
                say(bytes.length + " bytes of node " + answer.path("node").asText() + " saved to " + file);
            }
            return ExitCodes.DONE;
        }
    }

    /** {@code heliograph snapshot inspect}. */
    @Command(name = "inspect", description = "Check a saved snapshot and say what it holds; needs no server.")
    static final class Inspect extends CliCommand {
        @Parameters(paramLabel = "FILE")
        Path file = Path.of("");

        @Option(names = "--cluster", required = true, paramLabel = "NAME", description = "The cluster it is of.")
        String cluster = "";

        @Override
        public Integer call() {
            Recovery.Contents contents;
            try {
                contents = Recovery.inspect(cluster, file);
            } catch (IOException e) {
                throw new CliException(ExitCodes.REFUSED, file + ": " + e.getMessage());
            }
            ObjectNode shown = ApiClient.object()
                    .put("cluster", cluster)
                    .put("index", contents.index())
                    .put("term", contents.term())
                    .put("epoch", contents.epoch())
                    .put("digest", contents.digest());
            shown.set("members", ApiClient.texts(contents.members()));
            shown.put("clusters", contents.clusters())
                    .put("keys", contents.keys())
                    .put("failovers", contents.failovers());
            if (!printedAsJson(shown)) {
                say("cluster    " + cluster);
                say("index      " + contents.index() + " of term " + contents.term());
                say("epoch      " + contents.epoch());
                say("digest     " + contents.digest());
                say("members    " + contents.members());
                say("clusters   " + contents.clusters());
                say("keys       " + contents.keys());
                say("failovers  " + contents.failovers());
            }
            return ExitCodes.DONE;
        }
    }

    /** {@code heliograph snapshot restore}. */
    @Command(
            name = "restore",
            description = "Begin a new group of one node, when a majority of the old one is gone for good. The server"
                    + " must be stopped. All other nodes' data is given up.")
    static final class Restore extends CliCommand {

        /** Exactly one of two. */
        static final class Origin {
            @Option(names = "--file", paramLabel = "FILE", description = "A snapshot saved earlier; the node is empty.")
            @Nullable
            Path file;

            @Option(names = "--survivor", description = "What this node's own data directory holds.")
            boolean survivor;
        }

        @Mixin
        ConfigOption config = new ConfigOption();

        @ArgGroup(multiplicity = "1")
        Origin origin = new Origin();

        @Option(
                names = "--give-up-the-old-group-of",
                required = true,
                paramLabel = "NAME",
                description = "The cluster's name, spelled out, because this cannot be taken back.")
        String cluster = "";

        @Override
        public Integer call() {
            Configuration configuration = config.load();
            if (!cluster.equals(configuration.cluster())) {
                throw new CliException(
                        ExitCodes.USAGE,
                        "the configuration is of cluster '" + configuration.cluster() + "', not '" + cluster
                                + "'; nothing was changed");
            }
            Recovery.Report report;
            try {
                Path file = origin.file;
                report = file == null ? Recovery.fromSurvivor(configuration) : Recovery.fromFile(configuration, file);
            } catch (StartupException e) {
                throw new CliException(e.exitCode(), String.valueOf(e.getMessage()));
            }
            tell(configuration.node().id(), report);
            return ExitCodes.DONE;
        }

        private void tell(String node, Recovery.Report report) {
            ObjectNode shown = ApiClient.object()
                    .put("node", node)
                    .put("generation", report.generation())
                    .put("epoch", report.epoch())
                    .put("clusters", report.clusters())
                    .put("keys", report.keys())
                    .put("index", report.index())
                    .put("before", report.before());
            if (printedAsJson(shown)) {
                return;
            }
            say("node " + node + " is the only member of a new group, generation " + report.generation() + ", epoch "
                    + report.epoch());
            say("it begins with " + report.clusters() + " clusters and " + report.keys() + " keys, as of index "
                    + report.index());
            if (!report.before().isEmpty()) {
                say("the old log is kept in " + report.before());
            }
            say("next: start the server here; for each other node: heliograph member add, move its data"
                    + " directory away, start it empty");
        }
    }
}
