package io.heliograph.it.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.Stores;
import io.heliograph.it.servers.ConsulServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Measures three daemons with a Consul each, and beside each figure what a bare client needs for the same writes. */
public final class Bench implements AutoCloseable {
    private static final List<String> IDS = List.of("dc1", "dc2", "dc3");
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int CLIENTS = 8;

    /** Asking makes work for the node that is measured: it counts what is pending each time. */
    private static final Duration POLL = Duration.ofMillis(100);

    private static final int FORCED_BYTES = 512;

    private final Map<String, ConsulServer> consuls = new LinkedHashMap<>();
    private final HeliographCluster cluster;
    private final Report report = new Report();

    private Bench() {
        for (String id : IDS) {
            consuls.put(id, ConsulServer.start(id));
        }
        var builder = HeliographCluster.builder();
        consuls.forEach((id, consul) -> builder.storeFor(id, Stores.consul("consul", consul)));
        cluster = builder.start();
    }

    /**
     * @param arguments how many clusters to publish at once, rising, then how many failovers to time
     */
    public static void main(String[] arguments) throws Exception {
        int[] counts = Integer.parseInt(arguments[0]) < Integer.parseInt(arguments[1])
                ? new int[] {Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])}
                : new int[] {Integer.parseInt(arguments[0])};
        try (Bench bench = new Bench()) {
            for (int count : counts) {
                bench.publishing(count);
            }
            bench.failovers(Integer.parseInt(arguments[2]));
            int most = counts[counts.length - 1];
            bench.catchUp(most);
            bench.restart(most);
            bench.report.print(System.out);
        }
    }

    private HeliographNode leader() {
        return cluster.awaitLeader();
    }

    private static double seconds(long fromNanos) {
        return (System.nanoTime() - fromNanos) / 1e9;
    }

    private static void progress(String text) {
        System.err.println("bench: " + text);
    }

    private void register(int count) {
        HeliographNode leader = leader();
        inParallel(IntStream.range(0, CLIENTS)
                .<Callable<Void>>mapToObj(client -> () -> {
                    for (int i = client; i < count; i += CLIENTS) {
                        leader.put("/v1/clusters/c" + i, Map.of("master", "127.0.0.1:3306"))
                                .orThrow();
                    }
                    return null;
                })
                .toList());
        awaitDelivered(cluster.nodes());
    }

    private static void inParallel(List<Callable<Void>> tasks) {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (Callable<Void> task : tasks) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            new Thread(() -> {
                        try {
                            done.complete(task.call());
                        } catch (Exception e) {
                            done.completeExceptionally(e);
                        }
                    })
                    .start();
            running.add(done);
        }
        running.forEach(CompletableFuture::join);
    }

    private static void awaitDelivered(Collection<HeliographNode> nodes) {
        Awaitility.await().atMost(LIMIT).pollInterval(POLL).until(() -> nodes.stream()
                .allMatch(Bench::isDelivered));
    }

    private static boolean isDelivered(HeliographNode node) {
        JsonNode status = node.get("/v1/node").orThrow();
        for (JsonNode store : status.path("stores")) {
            if (store.path("pending").asInt() > 0) {
                return false;
            }
        }
        return status.path("delivering").asBoolean();
    }

    private long submitAll() {
        return leader().post("/v1/submit", Map.of()).orThrow().path("revision").asLong();
    }

    /** Every master of every Consul must be of this submission, or of its parts that came before. */
    private void verify(int count, long oldest) {
        consuls.forEach((id, consul) -> {
            long current = consul.entries("mysql/master/").entrySet().stream()
                    .filter(entry -> entry.getValue().flags() >= oldest)
                    .count();
            if (current != 5L * count) {
                throw new IllegalStateException(id + " holds " + current + " keys of " + 5L * count);
            }
        });
    }

    private void publishing(int count) {
        progress("registering " + count + " clusters");
        register(count);
        progress("publishing them");
        long before = leader().get("/v1/node").orThrow().path("commitIndex").asLong();
        long started = System.nanoTime();
        long revision = submitAll();
        // all nodes must know of it before "nothing pending" means anything
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> cluster.nodes().stream()
                .allMatch(node ->
                        node.get("/v1/node").orThrow().path("lastApplied").asLong() >= (revision & ((1L << 40) - 1))));
        awaitDelivered(cluster.nodes());
        double ours = seconds(started);
        verify(count, (revision >> 40 << 40) + before + 1);
        report.add("publish " + count + " clusters (five keys each) in three data centres", ours, rawPublish(count));
    }

    /** The same keys into the three Consuls at once. */
    private double rawPublish(int count) {
        long started = System.nanoTime();
        inParallel(consuls.values().stream()
                .<Callable<Void>>map(consul -> () -> {
                    new RawConsul(consul).publish(count);
                    return null;
                })
                .toList());
        return seconds(started);
    }

    private void failovers(int count) throws Exception {
        progress("timing " + count + " failovers");
        HeliographNode leader = leader();
        double[] ours = untilSeenByAll(
                "mysql/master/c0", count, master -> leader.post("/v1/clusters/c0/failover", Map.of("master", master))
                        .orThrow());
        progress("timing the same without Heliograph");
        Path file = Files.createTempFile("forced", ".bin");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            RawConsul one = new RawConsul(consuls.get("dc1"));
            double[] raw = new double[count];
            for (int i = 0; i < count; i++) {
                long started = System.nanoTime();
                force(channel);
                one.publishOne(master(i));
                raw[i] = seconds(started);
            }
            report("one failover visible in all three", ours, raw);
            List<RawConsul> all = consuls.values().stream().map(RawConsul::new).toList();
            double[] rawInAll = untilSeenByAll(RawConsul.ONE, count, master -> {
                force(channel);
                inParallel(all.stream()
                        .<Callable<Void>>map(each -> () -> {
                            each.publishOne(master);
                            return null;
                        })
                        .toList());
            });
            report("… beside a bare client that writes to all three at once, watched alike", ours, rawInAll);
        } finally {
            Files.delete(file);
        }
    }

    private interface Publish {
        void accept(String master) throws IOException;
    }

    /** Seconds until a reader of each Consul has seen it, each time. */
    private double[] untilSeenByAll(String head, int count, Publish publish) throws Exception {
        double[] seconds = new double[count];
        List<HeadWatch> watches = consuls.values().stream()
                .map(consul -> new HeadWatch(consul, head))
                .toList();
        for (int i = 0; i < count; i++) {
            long started = System.nanoTime();
            publish.accept(master(i));
            long seen = started;
            for (HeadWatch watch : watches) {
                seen = Math.max(seen, watch.awaitNanos(master(i)));
            }
            seconds[i] = (seen - started) / 1e9;
        }
        watches.forEach(HeadWatch::close);
        return seconds;
    }

    private static String master(int number) {
        return "127.0.0.1:" + (10_000 + number);
    }

    private static void force(FileChannel channel) throws IOException {
        channel.write(ByteBuffer.allocate(FORCED_BYTES));
        channel.force(false);
    }

    private void report(String what, double[] ours, double[] raw) {
        report.add(what + ", p50", Report.percentile(ours, 0.5), Report.percentile(raw, 0.5));
        report.add(what + ", p99", Report.percentile(ours, 0.99), Report.percentile(raw, 0.99));
    }

    private void catchUp(int count) {
        progress("catching up with " + count + " write sets");
        HeliographNode away = cluster.others(leader()).get(0);
        away.kill9();
        submitAll();
        awaitDelivered(cluster.others(away));
        long started = System.nanoTime();
        away.launch();
        away.awaitLive();
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> away.get("/v1/node").orThrow().path("delivering").asBoolean());
        double untilDelivering = seconds(started);
        awaitDelivered(List.of(away));
        double total = seconds(started);
        long rawStarted = System.nanoTime();
        new RawConsul(consuls.get(away.id())).publish(count);
        report.add(
                "catch up with " + count + " write sets, from the moment the node delivers",
                total - untilDelivering,
                seconds(rawStarted));
        report.add("… from the start of its process", String.format("%.2f s", total));
    }

    private void restart(int count) {
        progress("restarting with " + 5 * count + " keys");
        HeliographNode node = cluster.others(leader()).get(0);
        node.post("/v1/snapshots", Map.of()).orThrow();
        node.kill9();
        long started = System.nanoTime();
        node.launch();
        node.awaitLive();
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> node.get("/health/ready").status() == 200);
        report.add("restart with " + 5 * count + " keys, until ready", String.format("%.2f s", seconds(started)));
        awaitDelivered(List.of(node));
        report.add("… until all stores are compared with the state", String.format("%.2f s", seconds(started)));
        report.add("resident memory of a node with " + 5 * count + " keys", residentMegabytes(leader()) + " MB");
    }

    private static long residentMegabytes(HeliographNode node) {
        String config = node.configFile().toString();
        try (var processes = ProcessHandle.allProcesses()) {
            return processes
                    .filter(process -> commandLine(process).contains(config))
                    .mapToLong(Bench::residentMegabytes)
                    .max()
                    .orElse(0);
        }
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    private static long residentMegabytes(ProcessHandle process) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    @Override
    public void close() {
        cluster.close();
        consuls.values().forEach(ConsulServer::close);
    }
}
