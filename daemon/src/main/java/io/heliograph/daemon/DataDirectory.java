package io.heliograph.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory a node keeps everything in: one process at a time, and always the same node of the same cluster.
 */
final class DataDirectory implements AutoCloseable {

    private static final int FORMAT = 1;

    private final Path directory;
    private final FileChannel channel;

    private DataDirectory(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Creates the directory where it is missing, locks it, and checks whose it is.
     *
     * @throws StartupException when another process holds it, it is another node's, or its identity cannot be read
     */
    static DataDirectory open(Path directory, String cluster, String node) throws StartupException {
        FileChannel channel = lock(directory);
        try {
            Path identity = directory.resolve("node.json");
            if (Files.exists(identity)) {
                check(identity, cluster, node);
            } else {
                refuseOrphan(directory);
                write(identity, cluster, node);
            }
            return new DataDirectory(directory, channel);
        } catch (StartupException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws StartupException {
        try {
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                closeQuietly(channel);
                throw new StartupException(1, "data directory " + directory + " is in use by another process");
            }
            return channel;
        } catch (IOException e) {
            throw new StartupException(1, "data directory " + directory + " cannot be used: " + e, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void check(Path identity, String cluster, String node) throws StartupException {
        JsonNode found = read(identity);
        String foundCluster = found.path("cluster").asText();
        String foundNode = found.path("id").asText();
        int format = found.path("format").asInt(-1);
        if (format < 1 || foundCluster.isEmpty() || foundNode.isEmpty()) {
            throw corrupted(identity, "it has no cluster, id and format");
        }
        if (format > FORMAT) {
            throw new StartupException(
                    10,
                    identity + ": format " + format + " is newer than this version of heliograph knows, " + FORMAT
                            + "; run the newer version");
        }
        if (!foundCluster.equals(cluster) || !foundNode.equals(node)) {
            throw new StartupException(
                    1,
                    String.format(
                            Locale.ROOT,
                            "data directory %s belongs to node '%s' of cluster '%s', not to node '%s' of cluster '%s'",
                            identity.getParent(),
                            foundNode,
                            foundCluster,
                            node,
                            cluster));
        }
    }

    private static JsonNode read(Path identity) throws StartupException {
        try {
            return new ObjectMapper().readTree(Files.readString(identity));
        } catch (JsonProcessingException e) {
            throw corrupted(identity, "it is not JSON");
        } catch (IOException e) {
            throw corrupted(identity, e.toString());
        }
    }

    private static StartupException corrupted(Path identity, String what) {
        return new StartupException(10, identity + " cannot be read: " + what + "; restore it from a backup");
    }

    /** A log without an identity: somebody deleted the file, and nobody knows whose log it is. */
    private static void refuseOrphan(Path directory) throws StartupException {
        Path raft = directory.resolve("raft");
        if (!Files.isDirectory(raft)) {
            return;
        }
        try (Stream<Path> files = Files.list(raft)) {
            if (files.findAny().isPresent()) {
                throw new StartupException(
                        10, directory + " has a log in raft/ but no node.json to say whose it is; restore node.json");
            }
        } catch (IOException e) {
            throw new StartupException(1, "data directory " + directory + " cannot be used: " + e, e);
        }
    }

    private static void write(Path identity, String cluster, String node) throws StartupException {
        String text = new ObjectMapper()
                .createObjectNode()
                .put("cluster", cluster)
                .put("id", node)
                .put("format", FORMAT)
                .toPrettyString();
        Path aside = identity.resolveSibling("node.json.new");
        try {
            try (FileChannel out = FileChannel.open(
                    aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                out.write(java.nio.ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
                out.force(true);
            }
            Files.move(aside, identity, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel names = FileChannel.open(identity.resolveSibling("."), StandardOpenOption.READ)) {
                names.force(true);
            }
        } catch (IOException e) {
            throw new StartupException(1, identity + " cannot be written: " + e, e);
        }
    }

    Path raft() {
        return directory.resolve("raft");
    }

    Path internalStore() {
        return directory.resolve("heliograph.db");
    }

    Path layouts() {
        return directory.resolve("layouts.json");
    }

    /**
     * An empty directory for files that nobody needs after this process has ended, however it ends.
     *
     * @throws StartupException when it cannot be emptied or created
     */
    Path temporary() throws StartupException {
        Path temporary = directory.resolve("tmp");
        try {
            Files.createDirectories(temporary);
            try (Stream<Path> leftovers = Files.list(temporary)) {
                for (Path leftover : leftovers.toList()) {
                    Files.delete(leftover);
                }
            }
            return temporary;
        } catch (IOException e) {
            throw new StartupException(1, "directory " + temporary + " cannot be used: " + e, e);
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // the process is ending; the lock goes with it
        }
    }
}
