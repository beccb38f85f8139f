package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heliograph adopt}. */
@Command(
        name = "adopt",
        description = {
            "Take over stores that hold newer revisions than this group's, written by an earlier group:",
            "raises this group's epoch above theirs, and writes everything again."
        })
final class AdoptCommand extends ClientCommand {

    private static final String EPOCH = "/v1/epoch";

    @Option(names = "--store", paramLabel = "NAME", description = "Look at this store of the node only.")
    String store = "";

    @Option(names = "--dry-run", description = "Tell what would be done, and do nothing.")
    boolean dryRun;

    @Override
    public Integer call() {
        JsonNode answer = api().get(EPOCH);
        JsonNode stores = answer.path("stores");
        if (!store.isEmpty() && !stores.has(store)) {
            throw new CliException(ExitCodes.USAGE, "the node has no store '" + store + "'");
        }
        long epoch = answer.path("epoch").asLong();
        long raised = epochToRaiseTo(stores, epoch);
        if (raised > 0 && !dryRun) {
            answer = api().call("PUT", EPOCH, ApiClient.object().put("atLeast", raised));
        }
        if (!printedAsJson(answer)) {
            printStores(stores);
            String done = dryRun ? "would be raised" : "is raised";
            out().println(
                            raised == 0
                                    ? "nothing to adopt; the epoch is " + epoch
                                    : "the epoch " + done + " from " + epoch + " to " + raised);
        }
        return ExitCodes.DONE;
    }

    /** 0 when no store that was looked at is ahead. */
    private long epochToRaiseTo(JsonNode stores, long epoch) {
        long highest = 0;
        boolean isAhead = false;
        for (String name : names(stores)) {
            long shown = stores.path(name).path("epoch").asLong();
            highest = Math.max(highest, shown);
            isAhead |= shown > epoch || stores.path(name).path("fenced").asBoolean();
        }
        return isAhead ? Math.max(highest, epoch) + 1 : 0;
    }

    private List<String> names(JsonNode stores) {
        List<String> names = new ArrayList<>();
        stores.fieldNames().forEachRemaining(name -> {
            if (store.isEmpty() || name.equals(store)) {
                names.add(name);
            }
        });
        return names;
    }

    private void printStores(JsonNode stores) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("STORE", "EPOCH", "NOTE"));
        for (String name : names(stores)) {
            JsonNode shown = stores.path(name);
            String problem = shown.path("problem").asText();
            String note = shown.path("fenced").asBoolean() ? "holds newer revisions than ours" : "";
            rows.add(List.of(
                    name,
                    problem.isEmpty() ? shown.path("epoch").asText() : "-",
                    problem.isEmpty() ? note : "cannot be read: " + problem));
        }
        printTable(rows);
    }
}
