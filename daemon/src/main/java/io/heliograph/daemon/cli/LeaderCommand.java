package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code heliograph leader}. */
@Command(
        name = "leader",
        description = "Print who leads.",
        subcommands = {LeaderCommand.Transfer.class})
final class LeaderCommand extends ClientCommand {

    @Override
    public Integer call() {
        JsonNode node = api().get("/v1/node", LeaderCommand::isLed);
        JsonNode leader = node.path("leader");
        if (!isLed(node)) {
            throw new CliException(ExitCodes.NOT_REACHABLE, "there is no leader");
        }
        if (!printedAsJson(leader)) {
            say(leader.path("id").asText() + " " + leader.path("http").asText());
        }
        return ExitCodes.DONE;
    }

    private static boolean isLed(JsonNode node) {
        return !node.path("leader").isNull() && node.path("hasQuorum").asBoolean();
    }

    /** {@code heliograph leader transfer}. */
    @Command(name = "transfer", description = "Hand leadership to another node.")
    static final class Transfer extends ClientCommand {

        @Parameters(paramLabel = "NODE", description = "Id of the node that should lead.")
        String to = "";

        @Override
        public Integer call() {
            JsonNode answer =
                    api().call("POST", "/v1/leader", ApiClient.object().put("to", to));
            if (!printedAsJson(answer)) {
                say(answer.path("leader").asText() + " leads");
            }
            return ExitCodes.DONE;
        }
    }
}
