package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heliograph member}. */
@Command(
        name = "member",
        description = "List, add, remove and replace members of the group.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            MemberCommand.ListAll.class,
            MemberCommand.Add.class,
            MemberCommand.Remove.class,
            MemberCommand.Replace.class
        })
final class MemberCommand {

    private static final String MEMBERS = "/v1/members";

    private static String path(String id) {
        return MEMBERS + "/" + ApiClient.encoded(id);
    }

    /** What they have in common. */
    abstract static class MemberClient extends ClientCommand {

        Integer print(JsonNode answer, String done) {
            if (!printedAsJson(answer)) {
                say(done);
            }
            return ExitCodes.DONE;
        }
    }

    /** {@code heliograph member list}. */
    @Command(name = "list", description = "List the members, and who of them has a vote.")
    static final class ListAll extends ClientCommand {
        @Override
        public Integer call() {
            JsonNode members = api().get(MEMBERS);
            if (!printedAsJson(members)) {
                Table table = new Table(List.of("ID", "RAFT", "HTTP", "VOTE"), "VOTE");
                members.forEach(member -> table.row(
                        member.path("id").asText(),
                        member.path("raft").asText(),
                        member.path("http").asText(),
                        member.path("voting").asBoolean() ? "yes" : "not yet"));
                print(table);
            }
            return ExitCodes.DONE;
        }
    }

    /** {@code heliograph member add}. */
    @Command(
            name = "add",
            description = "Add a node, then start it with an empty data directory; or give a member new addresses.")
    static final class Add extends MemberClient {
        @Parameters(paramLabel = "ID")
        String id = "";

        @Option(names = "--raft", required = true, paramLabel = "HOST:PORT", description = "Its Raft address.")
        String raft = "";

        @Option(names = "--http", required = true, paramLabel = "URL", description = "Its HTTP address.")
        String http = "";

        @Override
        public Integer call() {
            JsonNode answer = api().call(
                            "POST",
                            MEMBERS,
                            ApiClient.object().put("id", id).put("raft", raft).put("http", http));
            return print(answer, id + " is a member; it gets its vote once it has caught up");
        }
    }

    /** {@code heliograph member remove}. */
    @Command(name = "remove", description = "Remove a member for good.")
    static final class Remove extends MemberClient {
        @Parameters(paramLabel = "ID")
        String id = "";

        @Override
        public Integer call() {
            return print(api().call("DELETE", path(id), ""), id + " is not a member any more");
        }
    }

    /** {@code heliograph member replace}. */
    @Command(
            name = "replace",
            description = "Put a new machine in a member's place, then start it with an empty data directory.")
    static final class Replace extends MemberClient {
        @Parameters(paramLabel = "ID")
        String id = "";

        @Option(names = "--raft", required = true, paramLabel = "HOST:PORT", description = "The new Raft address.")
        String raft = "";

        @Option(names = "--http", required = true, paramLabel = "URL", description = "The new HTTP address.")
        String http = "";

        @Override
        public Integer call() {
            JsonNode answer = api().call(
                            "PUT",
                            path(id),
                            ApiClient.object().put("raft", raft).put("http", http));
            return print(answer, id + " is waited for at " + raft + "; it gets its vote once it has caught up");
        }
    }
}
