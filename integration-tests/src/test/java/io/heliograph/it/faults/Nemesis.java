package io.heliograph.it.faults;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Draws faults from the seed, lets them last and overlap, and keeps a log of them. Runs on its caller's thread. */
final class Nemesis implements AutoCloseable {
    private static final int MOST_AT_ONCE = 3;
    private static final int OVERLAP_PERCENT = 35;
    private static final long LEAST_NANOS = Duration.ofMillis(300).toNanos();
    private static final long MOST_FAULT_NANOS = Duration.ofSeconds(6).toNanos();
    private static final long MOST_QUIET_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long STEP_MILLIS = 20;
    private static final int WRITES_BETWEEN = 20;
    private static final long MOST_WAIT_NANOS = Duration.ofSeconds(10).toNanos();

    private record Active(Fault fault, long until) {}

    private final Random random;
    private final Faults faults;
    private final List<FaultKind> kinds = new ArrayList<>();
    private final LongSupplier clock;
    private final IntSupplier acknowledged;
    private final PrintWriter log;
    private final List<Active> active = new ArrayList<>();
    private final Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class);

    Nemesis(
            Random random,
            Faults faults,
            Set<FaultKind> kinds,
            LongSupplier clock,
            IntSupplier acknowledged,
            Path log) {
        this.random = random;
        this.faults = faults;
        this.clock = clock;
        this.acknowledged = acknowledged;
        kinds.forEach(kind -> {
            for (int i = 0; i < kind.weight; i++) {
                this.kinds.add(kind);
            }
        });
        try {
            this.log = new PrintWriter(Files.newBufferedWriter(log), true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + log, e);
        }
    }

    /** Goes on until this moment, then ends every fault. */
    void runUntil(long deadline) throws InterruptedException {
        try {
            while (clock.getAsLong() < deadline) {
                boolean overlap = !active.isEmpty();
                if (!overlap) {
                    awaitWrites(deadline);
                }
                if (!overlap || (active.size() < MOST_AT_ONCE && random.nextInt(100) < OVERLAP_PERCENT)) {
                    begin();
                }
                waitFor(LEAST_NANOS + nextLong(MOST_QUIET_NANOS), deadline);
            }
        } finally {
            active.forEach(this::end);
            active.clear();
        }
    }

    /** A fault that hits a group which is down already shows little. */
    private void awaitWrites(long deadline) throws InterruptedException {
        int enough = acknowledged.getAsInt() + WRITES_BETWEEN;
        long until = Math.min(clock.getAsLong() + MOST_WAIT_NANOS, deadline);
        while (acknowledged.getAsInt() < enough && clock.getAsLong() < until) {
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
    }

    private long nextLong(long bound) {
        return (long) (random.nextDouble() * bound);
    }

    private void begin() {
        FaultKind kind = kinds.get(random.nextInt(kinds.size()));
        long lasting = LEAST_NANOS + nextLong(MOST_FAULT_NANOS);
        Optional<Fault> fault = kind.begin(faults);
        if (fault.isEmpty()) {
            log("not possible now: " + kind);
            return;
        }
        counts.merge(kind, 1, Integer::sum);
        log("begin " + kind + ": " + fault.get().what());
        active.add(new Active(fault.get(), clock.getAsLong() + lasting));
    }

    private void waitFor(long nanos, long deadline) throws InterruptedException {
        long until = Math.min(clock.getAsLong() + nanos, deadline);
        while (clock.getAsLong() < until) {
            for (Active each : List.copyOf(active)) {
                if (clock.getAsLong() >= each.until()) {
                    active.remove(each);
                    end(each);
                }
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
    }

    private void end(Active each) {
        each.fault().end().run();
        faults.release(each.fault().held());
        log("end   " + each.fault().what());
    }

    private void log(String line) {
        log.printf("%9.3f %s%n", clock.getAsLong() / 1e9, line);
    }

    int count() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How many of each kind, for people. */
    String summary() {
        return counts.toString();
    }

    @Override
    public void close() {
        log.close();
    }
}
