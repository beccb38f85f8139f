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
            "Take over stores of the asked node that belong to another cluster, or that hold newer revisions than this",
            "group's, written by an earlier group: makes this cluster their owner, raises this group's epoch above theirs,",
            "and writes everything again."
        })
final class AdoptCommand extends ClientCommand {

    private static final String EPOCH = "/v1/epoch";

    @Option(names = "--store", paramLabel = "NAME", description = "Look at this store of the node only.")
    String store = "";

    @Option(names = "--dry-run", description = "Tell what would be done, and do nothing.")
    boolean dryRun;

    @Override
    public Integer call() {
        ApiClient api = api();
        JsonNode answer = look(api);
        JsonNode stores = answer.path("stores");
        if (!store.isEmpty() && !stores.has(store)) {
            throw new CliException(ExitCodes.USAGE, "the node has no store '" + store + "'");
        }
        long epoch = answer.path("epoch").asLong();
        List<String> foreign = foreign(stores, answer.path("cluster").asText());
        long raised = epochToRaiseTo(stores, epoch);
        if (!dryRun) {
            takeOver(api, foreign);
        }
        if (raised > 0 && !dryRun) {
            try (Progress progress = progress("raising the epoch to " + raised)) {
                answer = api.call("PUT", EPOCH, ApiClient.object().put("atLeast", raised));
            }
        }
        if (!printedAsJson(answer)) {
            printStores(stores, foreign);
            tell(foreign, epoch, raised);
        }
        return ExitCodes.DONE;
    }

    private JsonNode look(ApiClient api) {
        try (Progress progress = progress("asking each store what it holds")) {
            return api.get(EPOCH);
        }
    }

    private void takeOver(ApiClient api, List<String> foreign) {
        int number = 0;
        for (String name : foreign) {
            number++;
            try (Progress progress =
                    progress("taking over store " + name + " (" + number + " of " + foreign.size() + ")")) {
                api.call("POST", "/v1/stores/" + ApiClient.encoded(name) + "/adopt", ApiClient.object());
            }
        }
    }

    private void tell(List<String> foreign, long epoch, long raised) {
        foreign.forEach(name -> say("store " + name + (dryRun ? " would be" : " is") + " taken over"));
        if (raised > 0) {
            out().println("the epoch " + (dryRun ? "would be" : "is") + " raised from " + epoch + " to " + raised);
        } else if (foreign.isEmpty()) {
            out().println("nothing to adopt; the epoch is " + epoch);
        }
    }

    private List<String> foreign(JsonNode stores, String cluster) {
        return names(stores).stream()
                .filter(name -> {
                    String owner = stores.path(name).path("owner").asText();
                    return !owner.isEmpty() && !owner.equals(cluster);
                })
                .toList();
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

    private void printStores(JsonNode stores, List<String> foreign) {
        Table table = new Table(List.of("STORE", "EPOCH", "NOTE"));
        for (String name : names(stores)) {
            JsonNode shown = stores.path(name);
            String problem = shown.path("problem").asText();
            String owner = foreign.contains(name)
                    ? "belongs to the cluster '" + shown.path("owner").asText() + "'"
                    : "";
            String note = shown.path("fenced").asBoolean() ? "holds newer revisions than ours" : owner;
            table.row(
                    name,
                    problem.isEmpty() ? shown.path("epoch").asText() : "-",
                    problem.isEmpty() ? note : "cannot be read: " + problem);
        }
        print(table);
    }
}
