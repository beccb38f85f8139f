package io.heliograph.raft.atomix;

import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A log without a node: written and read by the library through our writer, and then harmed by the test. */
final class LogOnDisk implements AutoCloseable {

    private static final LogChanges NO_LISTENER = new LogChanges() {
        @Override
        public void appended(long index, RaftLogEntry entry) {}

        @Override
        public void cutBack(long lastIndex) {}
    };

    final Path directory;
    final Group.RecordedStop stops = new Group.RecordedStop();
    final ForcedLog log;

    LogOnDisk(Path directory) {
        this.directory = directory;
        this.log = new ForcedLog(GuardedRaftContext.openJournal(directory), directory, stops, NO_LISTENER);
    }

    /** Audits as at start, then opens. */
    static LogOnDisk audited(Path directory) throws Exception {
        LogAudit.run(directory, 0);
        return new LogOnDisk(directory);
    }

    ForcedLogWriter writer() {
        return log.writer();
    }

    /** A command of its own for every index, of about {@code bytes} bytes. */
    static CommandEntry entry(long term, String name, int bytes) {
        String padded = name + "-".repeat(Math.max(0, bytes - name.length()));
        return new CommandEntry(
                term,
                0,
                1,
                1,
                PrimitiveOperation.operation(OperationId.command("append"), padded.getBytes(StandardCharsets.UTF_8)));
    }

    LogOnDisk append(long term, int count, int bytes) {
        for (int i = 0; i < count; i++) {
            writer().append(entry(term, term + "." + writer().getNextIndex(), bytes));
        }
        return this;
    }

    LogOnDisk force() {
        writer().force();
        return this;
    }

    /** What can be read, as {@code term.index}. */
    List<String> read() {
        List<String> entries = new ArrayList<>();
        try (RaftLogReader reader = log.peek(log.firstIndex())) {
            while (reader.hasNext()) {
                CommandEntry entry = (CommandEntry) reader.next().entry();
                String command = new String(entry.operation().value(), StandardCharsets.UTF_8);
                entries.add(command.contains("-") ? command.substring(0, command.indexOf('-')) : command);
            }
        }
        return entries;
    }

    static Path segment(Path directory, int id) {
        return directory.resolve("log-" + id + ".log");
    }

    /** Offset behind the last whole entry. */
    static int end(Path directory, int id) throws IOException {
        return SegmentScan.read(segment(directory, id), id, Long.MAX_VALUE).end();
    }

    static void write(Path file, long offset, byte... bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }

    static void flip(Path file, int offset) throws IOException {
        write(file, offset, (byte) (Files.readAllBytes(file)[offset] ^ 0x20));
    }

    static void truncate(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    static Map<String, byte[]> files(Path directory) throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                contents.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    /** What tells whether anything changed, and is short in a message. */
    static Map<String, Integer> digests(Path directory) throws IOException {
        Map<String, Integer> digests = new LinkedHashMap<>();
        files(directory).forEach((name, content) -> digests.put(name, Arrays.hashCode(content)));
        return digests;
    }

    static void restore(Path directory, Map<String, byte[]> contents) throws IOException {
        for (String name : files(directory).keySet()) {
            Files.delete(directory.resolve(name));
        }
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
    }

    @Override
    public void close() {
        writer().stop();
        log.close();
    }
}
