package io.heliograph.raft.atomix.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was done to the files of some directories, and everything that was promised meanwhile, in one order.
 *
 * <p>Recorded are the directories of nodes, that is the children of the root, and the files in them. What lies deeper
 * is scratch. An event is recorded when it has happened, a force with what had happened before it began.
 *
 * <p>{@link java.io.RandomAccessFile} does not pass the provider. The library creates segments with it; what it did to a
 * file shows when the file is next opened, and is recorded then.
 *
 * <p>Threads: any.
 */
public final class DiskTrace {

    static final int SECTOR = 512;

    /** Stands for a file or directory whatever it is called. */
    static final class Inode {
        final boolean directory;
        /** Content as the processes see it. */
        byte[] seen = new byte[0];

        Inode(boolean directory) {
            this.directory = directory;
        }
    }

    /** One thing that happened. */
    sealed interface Event {}

    /** Bytes came to the page cache; null stands for zeros. */
    record Write(Inode inode, long offset, byte @Nullable [] bytes, int length) implements Event {}

    record Length(Inode inode, long length) implements Event {}

    /** A name in a directory now means this, or nothing. */
    record Name(Inode directory, String name, @Nullable Inode target) implements Event {}

    /** A force came back; it covers what was recorded before {@code covered}. */
    record Force(Inode inode, int covered) implements Event {}

    /** Somebody was told something. */
    record Promise(Object what) implements Event {}

    private static volatile @Nullable DiskTrace installed;

    private final Path root;
    private final List<Event> events = new ArrayList<>();
    private final Map<Path, Inode> names = new HashMap<>();

    /** @param root a directory that exists, on disk whatever happens */
    public DiskTrace(Path root) {
        this.root = RecordingProvider.unwrap(root.toAbsolutePath());
        names.put(this.root, new Inode(true));
    }

    /** Whether this JVM's files can be recorded at all. */
    public static boolean isPossible() {
        return FileSystems.getDefault() instanceof RecordingFileSystem;
    }

    /** Records from now on. */
    public void install() {
        installed = this;
    }

    public static void uninstall() {
        installed = null;
    }

    static @Nullable DiskTrace of(Path real) {
        DiskTrace trace = installed;
        if (trace == null) {
            return null;
        }
        Path path = real.toAbsolutePath();
        int depth = path.getNameCount() - trace.root.getNameCount();
        return path.startsWith(trace.root) && depth <= 2 ? trace : null;
    }

    synchronized Inode rootInode() {
        return inode(root);
    }

    public synchronized void promise(Object what) {
        events.add(new Promise(what));
    }

    /** How many events there are so far. */
    public synchronized int position() {
        return events.size();
    }

    /** What was promised, by position. */
    public synchronized SortedMap<Integer, Object> promises() {
        SortedMap<Integer, Object> promises = new TreeMap<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof Promise promise) {
                promises.put(i, promise.what());
            }
        }
        return promises;
    }

    /** Where something rare was done: a name changed, or something was wiped or cut off. */
    public synchronized List<Integer> turns() {
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            boolean wipes = event instanceof Write write && write.bytes() == null;
            if (wipes || event instanceof Name || event instanceof Length) {
                turns.add(i);
            }
        }
        return turns;
    }

    /** The events so far. */
    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    synchronized Inode inode(Path real) {
        Inode inode = names.get(real.toAbsolutePath());
        if (inode == null) {
            throw new IllegalStateException("never seen: " + real);
        }
        return inode;
    }

    /** Takes note of what came to a file past the provider. */
    synchronized void lookAt(Path real) throws IOException {
        if (!Files.isRegularFile(real)) {
            return;
        }
        byte[] now = Files.readAllBytes(real);
        Inode inode = named(real, false);
        byte[] before = inode.seen;
        if (now.length != before.length) {
            truncated(inode, now.length);
            before = inode.seen;
        }
        for (int from = 0; from < now.length; from += SECTOR) {
            int to = Math.min(from + SECTOR, now.length);
            if (!Arrays.equals(now, from, to, before, from, to)) {
                written(inode, from, ByteBuffer.wrap(now, from, to - from), to - from);
            }
        }
    }

    private Inode named(Path real, boolean directory) {
        Path path = real.toAbsolutePath();
        Inode inode = names.get(path);
        if (inode == null) {
            inode = new Inode(directory);
            name(path, inode);
        }
        return inode;
    }

    private void name(Path path, @Nullable Inode target) {
        Inode parent = inode(path.getParent());
        if (target == null) {
            names.remove(path);
        } else {
            names.put(path, target);
        }
        events.add(new Name(parent, String.valueOf(path.getFileName()), target));
    }

    synchronized void opened(Path real, boolean emptied) throws IOException {
        Inode inode = named(real, Files.isDirectory(real));
        if (emptied) {
            truncated(inode, 0);
        }
    }

    synchronized void directoryCreated(Path real) {
        named(real, true);
    }

    synchronized void deleted(Path real) {
        if (names.containsKey(real.toAbsolutePath())) {
            name(real.toAbsolutePath(), null);
        }
    }

    synchronized void renamed(Path from, Path to) {
        Inode moved = inode(from);
        name(to.toAbsolutePath(), moved);
        name(from.toAbsolutePath(), null);
    }

    synchronized void written(Object to, long offset, ByteBuffer source, int length) {
        Inode inode = (Inode) to;
        byte[] bytes = new byte[length];
        source.get(bytes);
        if (offset + length > inode.seen.length) {
            inode.seen = Arrays.copyOf(inode.seen, (int) offset + length);
        }
        System.arraycopy(bytes, 0, inode.seen, (int) offset, length);
        boolean zeros = true;
        for (int i = 0; i < length && zeros; i++) {
            zeros = bytes[i] == 0;
        }
        events.add(new Write(inode, offset, zeros ? null : bytes, length));
    }

    synchronized void truncated(Object to, long length) {
        Inode inode = (Inode) to;
        if (inode.seen.length != length) {
            inode.seen = Arrays.copyOf(inode.seen, (int) length);
            events.add(new Length(inode, length));
        }
    }

    synchronized void forced(Object inode, int covered) {
        events.add(new Force((Inode) inode, covered));
    }
}
