package io.heliograph.daemon;

import io.heliograph.kv.Revision;
import io.heliograph.kv.StoreAdapter;
import io.heliograph.kv.StoreException;
import io.heliograph.kv.StoreResult;
import io.heliograph.kv.StoredEntry;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a Consul agent once a minute which data centres there are, and has each of them delivered to as a store of its own.
 * One that goes stays, and shows as down: it may only be cut off. Before the first answer a store that is down stands for
 * all of them, so that nobody takes them for delivered.
 */
final class DatacenterWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DatacenterWatch.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration PAUSE_BEFORE_FIRST = Duration.ofSeconds(2);

    /** Asks the agent for the names of all data centres. */
    interface Asking {
        List<String> read() throws StoreException;
    }

    private final String name;
    private final Asking agent;
    private final Consumer<String> found;
    private final Consumer<String> remove;
    private final Set<String> known = new HashSet<>();
    private final Thread thread;
    private volatile String problem = "not asked yet";

    /**
     * @param name of the store in the configuration
     * @param found is told of each data centre, once
     * @param remove takes a store away
     */
    DatacenterWatch(String name, Asking agent, Consumer<String> found, Consumer<String> remove) {
        this.name = name;
        this.agent = agent;
        this.found = found;
        this.remove = remove;
        this.thread = new Thread(this::run, "datacenters-" + name);
        this.thread.setDaemon(true);
    }

    void start(Stores.Target target) {
        target.add(name, new Unknown());
        thread.start();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            look();
            try {
                Thread.sleep((known.isEmpty() ? PAUSE_BEFORE_FIRST : PAUSE).toMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void look() {
        try {
            for (String datacenter : agent.read()) {
                if (known.add(datacenter)) {
                    LOG.info("Store {}: delivering to Consul's data centre {}", name, datacenter);
                    found.accept(datacenter);
                }
            }
            if (!known.isEmpty()) {
                remove.accept(name);
            }
        } catch (RuntimeException e) {
            problem = "the agent's answer cannot be understood";
            LOG.warn("Store {}: {}: {}", name, problem, e.getClass().getName());
        } catch (StoreException e) {
            problem = String.valueOf(e.getMessage());
            LOG.debug("{}", problem);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /** Stands for data centres that are not known yet. */
    private final class Unknown implements StoreAdapter {

        @Override
        public List<StoreResult> deliver(List<WriteSet> batch) {
            StoreResult result = new StoreResult.Unavailable("which data centres there are is not known: " + problem);
            return batch.stream().map(set -> result).toList();
        }

        @Override
        public List<StoreResult> repair(List<WriteSet> batch) {
            return deliver(batch);
        }

        @Override
        public List<StoredEntry> read(String prefix) throws StoreException {
            throw new StoreException(problem);
        }

        @Override
        public List<StoredEntry> readKeys(Collection<String> keys) throws StoreException {
            throw new StoreException(problem);
        }

        @Override
        public Revision highestFence() throws StoreException {
            throw new StoreException(problem);
        }

        @Override
        public Optional<String> owner() throws StoreException {
            throw new StoreException(problem);
        }

        @Override
        public void adopt() throws StoreException {
            throw new StoreException(problem);
        }

        @Override
        public void close() {
            // there is nothing behind it
        }
    }
}
