package io.heliograph.it.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Every operation of the run, in memory and as a line of JSON in a file as soon as it has ended. Threads: any. */
final class History implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Operation> operations = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger committed = new AtomicInteger();
    private final BufferedWriter file;

    History(Path path) {
        try {
            file = Files.newBufferedWriter(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }

    long nextId() {
        return ids.incrementAndGet();
    }

    synchronized void add(Operation operation) {
        operations.add(operation);
        if (operation.isCommitted()) {
            committed.incrementAndGet();
        }
        try {
            file.write(line(operation));
            file.newLine();
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the history", e);
        }
    }

    private static String line(Operation operation) throws JsonProcessingException {
        return JSON.writeValueAsString(operation);
    }

    /** How many writes were acknowledged so far. */
    int committed() {
        return committed.get();
    }

    synchronized List<Operation> all() {
        return new ArrayList<>(operations);
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the history", e);
        }
    }
}
