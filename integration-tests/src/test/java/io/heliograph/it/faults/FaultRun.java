package io.heliograph.it.faults;

import io.heliograph.it.faults.Violation.Category;
import io.heliograph.it.servers.TestDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** One run of the fault runner; {@code integration-tests/faults.sh} starts it. */
public final class FaultRun implements AutoCloseable {
    static final String ELECTION_TIMEOUT = "750ms";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration AFTERWARDS = Duration.ofSeconds(3);
    private static final int MOST_SHOWN = 20;

    private final Options options;
    private final LongSupplier clock;
    private final Findings findings = new Findings();
    private final Client client = new Client();
    private final Network network;
    private final Timeline timeline;
    private final Cuts cuts;
    private final FaultStores stores;
    private final Group group;
    private final History history;
    private final Requests requests;
    private final FailoverLog failovers = new FailoverLog(findings);

    private FaultRun(Options options) {
        this.options = options;
        long origin = System.nanoTime();
        clock = () -> System.nanoTime() - origin;
        List<String> ids = options.nodeIds();
        network = options.namespaces() == null
                ? new LoopbackNetwork(ids)
                : new NamespaceNetwork(options.namespaces(), ids);
        stores = new FaultStores(
                network, ids, id -> FaultNode.data(options.directory().resolve(id)), findings);
        timeline = new Timeline(clock, new TreeSet<>(ids.subList(0, options.nodes())));
        cuts = new Cuts(network, timeline);
        group = new Group(
                ids.stream()
                        .map(id ->
                                new FaultNode(id, options.directory().resolve(id), network, timeline, findings, stores))
                        .toList(),
                options.nodes(),
                client);
        history = new History(options.directory().resolve("history.jsonl"));
        requests = new Requests(client, history, timeline, findings, clock);
    }

    /** Exits with 0 when nothing was wrong, with 1 otherwise, with 2 for bad arguments. */
    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("faults: " + e.getMessage());
            System.exit(2);
            return;
        }
        int status;
        try (FaultRun run = new FaultRun(options)) {
            status = run.run();
        }
        if (status == 0 && !options.keep()) {
            TestDirectory.delete(options.directory());
        }
        System.exit(status);
    }

    private int run() throws InterruptedException {
        System.out.println(network.describe());
        begin();
        Monitor monitor = new Monitor(group, client, failovers, timeline, findings);
        Workload workload = new Workload(requests, group::active, options.seed(), clock);
        monitor.start();
        stores.startWatching();
        workload.start();
        Random random = new Random(options.seed());
        Faults faults = new Faults(group, cuts, client, requests, random, network, stores);
        int count;
        Path log = options.directory().resolve("nemesis.log");
        try (Nemesis nemesis = new Nemesis(random, faults, options.kinds(), clock, history::committed, log)) {
            nemesis.runUntil(clock.getAsLong() + options.duration().toNanos());
            count = nemesis.count();
            System.out.println("faults: " + nemesis.summary());
        }
        cuts.heal();
        faults.unfinished(SETTLE_LIMIT).ifPresent(text -> findings.add(Violation.other(text)));
        TimeUnit.NANOSECONDS.sleep(AFTERWARDS.toNanos());
        workload.stop();
        monitor.stop();
        long until = clock.getAsLong();
        judge();
        return report(count, until);
    }

    private void begin() throws InterruptedException {
        group.active().forEach(node -> node.configure(group.activeIds(), ELECTION_TIMEOUT));
        group.active().forEach(group::launch);
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        for (String alias : Workload.ALIASES) {
            while (!requests.setMaster(group.active().get(0), alias).join().isCommitted()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the nodes did not begin to serve; their last lines:\n"
                            + group.active().get(0).lastLines());
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private void judge() throws InterruptedException {
        Settlement settlement = new Settlement(group, client, requests, findings);
        settlement.settle();
        settlement.awaitStores(stores);
        stores.stopWatching();
        List<FinalState> states = settlement.collect();
        states.forEach(state -> failovers.add(state.node(), state.failovers()));
        Evidence evidence = new Evidence(history.all(), states, failovers.all(), failovers.completeFrom());
        Checker.check(evidence).forEach(findings::add);
    }

    private int report(int faults, long until) {
        List<Violation> all = findings.all();
        all.stream().limit(MOST_SHOWN).forEach(System.out::println);
        if (all.size() > MOST_SHOWN) {
            System.out.println("and " + (all.size() - MOST_SHOWN) + " more");
        }
        List<Operation> writes =
                history.all().stream().filter(Operation::isWrite).toList();
        List<Long> acknowledged = writes.stream()
                .filter(Operation::isCommitted)
                .map(Operation::end)
                .toList();
        long unknown = writes.stream()
                .filter(write -> write.outcome() == Operation.Outcome.UNKNOWN)
                .count();
        if (!all.isEmpty()) {
            System.out.printf(
                    "%d violations; seed %d; history, nemesis log and daemon logs are in %s%n",
                    all.size(), options.seed(), options.directory());
        }
        Timeline.Interval gap = timeline.longestWithout(acknowledged, until);
        System.out.printf(
                Locale.ROOT,
                "longest without an acknowledged write while a majority was up and connected: %.1f to %.1f s%n",
                gap.from() / 1e9,
                gap.to() / 1e9);
        System.out.printf(
                Locale.ROOT,
                "acknowledged=%d unknown=%d lost=%d divergent=%d faults=%d store-views=%d longest-unavailable=%.1fs%n",
                acknowledged.size(),
                unknown,
                findings.count(Category.LOST),
                findings.count(Category.DIVERGENT),
                faults,
                stores.views(),
                gap.length() / 1e9);
        return all.isEmpty() ? 0 : 1;
    }

    /** Kills every node. */
    @Override
    public void close() {
        group.all().forEach(FaultNode::kill9);
        stores.close();
        client.close();
        history.close();
        network.close();
    }
}
