package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** {@code heliograph snapshot}. */
@Command(
        name = "snapshot",
        description = "Take snapshots.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SnapshotCommand.Take.class})
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
}
