package io.heliograph.daemon.delivery;

import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoredEntry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epochs that this node's stores show, and their owners: those of an earlier group, when they are higher than ours.
 *
 * <p>Threads: any; a short-lived one for each store while it is read.
 */
public final class StoreEpochs {

    /**
     * What one store shows.
     *
     * @param epoch the highest epoch among its revisions, of what was deleted too, and those that turned ours away, 0 for none
     * @param owner the cluster that it belongs to, empty for none
     * @param problem why it could not be read, empty when it could
     */
    public record Shown(long epoch, String owner, String problem) {}

    private static final Logger LOG = LoggerFactory.getLogger(StoreEpochs.class);

    private final Delivery delivery;
    private final String prefix;

    /**
     * @param prefix what masters' keys begin with; nothing else is looked at
     */
    public StoreEpochs(Delivery delivery, String prefix) {
        this.delivery = delivery;
        this.prefix = prefix;
    }

    /** Reads every store, all at once, and gives up on those that take longer than {@code limit}. */
    public Map<String, Shown> read(Duration limit) {
        Map<String, CompletableFuture<Shown>> asked = new LinkedHashMap<>();
        delivery.adapters().forEach((name, adapter) -> {
            CompletableFuture<Shown> answer = new CompletableFuture<>();
            Thread thread = new Thread(() -> answer.complete(read(name, adapter)), "epoch-" + name);
            thread.setDaemon(true);
            thread.start();
            asked.put(name, answer);
        });
        long deadline = System.nanoTime() + limit.toNanos();
        Map<String, Shown> shown = new LinkedHashMap<>();
        asked.forEach((name, answer) -> shown.put(
                name,
                answer.completeOnTimeout(
                                new Shown(0, "", "no answer within " + limit.toMillis() + " ms"),
                                Math.max(0, deadline - System.nanoTime()),
                                TimeUnit.NANOSECONDS)
                        .join()));
        return shown;
    }

    /** The highest epoch that any store shows, 0 for none; logs which stores could not be asked. */
    public long highest(Duration limit) {
        Map<String, Shown> all = read(limit);
        all.forEach((name, shown) -> {
            if (!shown.problem().isEmpty()) {
                LOG.warn(
                        "Store {} could not be asked for its epoch before the first write: {}; should it hold what an"
                                + " earlier group wrote, it will show as fenced, and heliograph adopt takes it over",
                        name,
                        shown.problem());
            }
        });
        return all.values().stream().mapToLong(Shown::epoch).max().orElse(0);
    }

    private Shown read(String name, StoreAdapter adapter) {
        long fenced = delivery.fencedBy().getOrDefault(name, Revision.NONE).epoch();
        try {
            long highest = 0;
            for (String root : delivery.roots(prefix).getOrDefault(name, Set.of())) {
                for (StoredEntry entry : adapter.read(root)) {
                    highest = Math.max(highest, entry.revision().epoch());
                }
            }
            highest = Math.max(highest, adapter.highestFence().epoch());
            return new Shown(Math.max(highest, fenced), adapter.owner().orElse(""), "");
        } catch (StoreException | RuntimeException e) {
            return new Shown(fenced, "", String.valueOf(e.getMessage()));
        }
    }
}
