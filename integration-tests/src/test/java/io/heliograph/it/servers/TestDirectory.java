package io.heliograph.it.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A directory of its own for one process, removed with it, and at the latest when the JVM ends. */
public final class TestDirectory implements AutoCloseable {
    private static final Set<Path> LEFT = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(TestDirectory::deleteAll, "delete-test-directories"));
    }

    private final Path path;

    private TestDirectory(Path path) {
        this.path = path;
    }

    /** A new directory that other accounts may enter, since a server may run under an account of its own. */
    public static TestDirectory create(String name) {
        try {
            Path path = Files.createTempDirectory("heliograph-" + name + "-");
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            LEFT.add(path);
            return new TestDirectory(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a directory for " + name, e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        delete(path);
    }

    /** Removes a tree; files that come or vanish meanwhile are no error. */
    public static void delete(Path tree) {
        boolean gone = false;
        for (int attempt = 0; attempt < 3 && !gone; attempt++) {
            gone = deleteOnce(tree);
        }
        LEFT.remove(tree);
    }

    private static boolean deleteOnce(Path tree) {
        if (!Files.exists(tree)) {
            return true;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private static void deleteAll() {
        ChildProcesses.killAll();
        LEFT.forEach(TestDirectory::delete);
    }
}
