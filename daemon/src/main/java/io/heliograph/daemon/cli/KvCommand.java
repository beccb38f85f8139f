package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heliograph kv}. */
@Command(
        name = "kv",
        description = "Read, write and delete plain entries.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {KvCommand.Get.class, KvCommand.Put.class, KvCommand.Delete.class, KvCommand.ListAll.class})
final class KvCommand {

    private static String path(String key) {
        return "/v1/kv/"
                + Arrays.stream(key.split("/", -1)).map(ApiClient::encoded).collect(Collectors.joining("/"));
    }

    /** {@code heliograph kv get}. */
    @Command(name = "get", description = "Print the value of a key, as it is unless a terminal shows it.")
    static final class Get extends ClientCommand {
        @Parameters(paramLabel = "KEY")
        String key = "";

        @Override
        public Integer call() {
            JsonNode entry = api().get(path(key));
            if (!printedAsJson(entry)) {
                String value = entry.path("value").asText();
                out().println(console().surroundings().outIsTerminal() ? Harmless.lines(value) : value);
            }
            return ExitCodes.DONE;
        }
    }

    /** {@code heliograph kv put}. */
    @Command(name = "put", description = "Set a key.")
    static final class Put extends WriteCommand {
        @Parameters(paramLabel = "KEY")
        String key = "";

        @Parameters(paramLabel = "VALUE")
        String value = "";

        @Override
        public Integer call() {
            return write("PUT", path(key), Json.text(ApiClient.object().put("value", value)));
        }
    }

    /** {@code heliograph kv delete}. */
    @Command(name = "delete", description = "Delete a key, or all keys that a forgotten cluster left.")
    static final class Delete extends WriteCommand {
        @Parameters(paramLabel = "KEY")
        String key = "";

        @Override
        public Integer call() {
            return write("DELETE", path(key), "");
        }
    }

    /** {@code heliograph kv list}. */
    @Command(name = "list", description = "List the keys below a prefix.")
    static final class ListAll extends ClientCommand {
        @Parameters(paramLabel = "PREFIX", arity = "0..1")
        String prefix = "";

        @Option(
                names = "--store",
                paramLabel = "NAME",
                description = "What this store of the asked node really holds; 'internal' is always there.")
        @Nullable
        String store;

        @Override
        public Integer call() {
            String query = "/v1/kv?prefix=" + ApiClient.encoded(prefix)
                    + (store == null ? "" : "&store=" + ApiClient.encoded(store));
            JsonNode entries = api().get(query);
            if (!printedAsJson(entries)) {
                entries.forEach(entry -> say(
                        entry.path("key").asText() + " = " + entry.path("value").asText()));
            }
            return ExitCodes.DONE;
        }
    }
}
