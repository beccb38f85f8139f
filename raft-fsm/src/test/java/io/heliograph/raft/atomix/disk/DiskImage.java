package io.heliograph.raft.atomix.disk;

import io.heliograph.raft.atomix.disk.DiskTrace.Event;
import io.heliograph.raft.atomix.disk.DiskTrace.Force;
import io.heliograph.raft.atomix.disk.DiskTrace.Inode;
import io.heliograph.raft.atomix.disk.DiskTrace.Length;
import io.heliograph.raft.atomix.disk.DiskTrace.Name;
import io.heliograph.raft.atomix.disk.DiskTrace.Write;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What can be on a disk when the power fails at some point of a {@link DiskTrace}.
 *
 * <h2>The model</h2>
 *
 * <ul>
 *   <li>What a force covers is there: the bytes and the length of a file, the names in a directory. A force of a file
 *       says nothing about its name, one of a directory nothing about what is in the files.
 *   <li>Of what no force covers, anything may be there. Of the bytes: all, none, those up to some moment, any of the
 *       writes, or any sectors of 512 bytes of any of them, in any order. Of the changes of a length: any.
 *   <li>Of the names: each one by itself means what it meant at some moment since the directory was forced. So a rename
 *       may be seen at its new name and not at its old, or the other way round, and a later change without an earlier.
 *   <li>A sector is written whole or not at all, and what is not written to does not change.
 * </ul>
 *
 * <p>This is harsher than a journalling file system, which keeps the order of names and does not leave a newer write
 * without an older one in the same page.
 *
 * <p>Threads: one.
 */
public final class DiskImage {

    /** What may come to the disk without a force. */
    private enum Loss {
        ALL,
        NONE,
        LATER,
        SOME_WRITES,
        SOME_SECTORS
    }

    private static final class FileState {
        byte[] durable = new byte[0];
        final Map<Integer, Event> pending = new LinkedHashMap<>();
    }

    private static final class DirectoryState {
        final Map<String, Inode> durable = new HashMap<>();
        final Map<Integer, Name> pending = new LinkedHashMap<>();
    }

    private final List<Event> events;
    private final Inode root;
    private final Map<Inode, FileState> files = new IdentityHashMap<>();
    private final Map<Inode, DirectoryState> directories = new IdentityHashMap<>();
    private int position;

    public DiskImage(DiskTrace trace) {
        this.events = trace.events();
        this.root = trace.rootInode();
    }

    /** Goes on to a later point of the trace. */
    public void advance(int cut) {
        for (; position < cut; position++) {
            Event event = events.get(position);
            if (event instanceof Write write) {
                file(write.inode()).pending.put(position, write);
            } else if (event instanceof Length length) {
                file(length.inode()).pending.put(position, length);
            } else if (event instanceof Name name) {
                directory(name.directory()).pending.put(position, name);
            } else if (event instanceof Force force) {
                settle(force);
            }
        }
    }

    private FileState file(Inode inode) {
        return files.computeIfAbsent(inode, key -> new FileState());
    }

    private DirectoryState directory(Inode inode) {
        return directories.computeIfAbsent(inode, key -> new DirectoryState());
    }

    private void settle(Force force) {
        FileState file = file(force.inode());
        file.pending.entrySet().removeIf(pending -> {
            boolean covered = pending.getKey() < force.covered();
            if (covered) {
                file.durable = applied(file.durable, pending.getValue());
            }
            return covered;
        });
        DirectoryState directory = directory(force.inode());
        directory.pending.entrySet().removeIf(pending -> {
            boolean covered = pending.getKey() < force.covered();
            if (covered) {
                rename(directory.durable, pending.getValue());
            }
            return covered;
        });
    }

    private static void rename(Map<String, Inode> names, Name change) {
        Inode target = change.target();
        if (target == null) {
            names.remove(change.name());
        } else {
            names.put(change.name(), target);
        }
    }

    /** Writes what a power loss now could leave of a node's directory; nothing where even the directory is gone. */
    public void write(String node, Path target, SplittableRandom random) throws IOException {
        Files.createDirectories(target);
        Inode directory = names(root, random).get(node);
        if (directory == null) {
            return;
        }
        for (Map.Entry<String, Inode> name : names(directory, random).entrySet()) {
            if (!name.getValue().directory) {
                store(target.resolve(name.getKey()), content(name.getValue(), random));
            }
        }
    }

    /** Leaves the zeros at the end to the file system. */
    private static void store(Path file, byte[] content) throws IOException {
        int end = content.length;
        while (end > 0 && content[end - 1] == 0) {
            end--;
        }
        try (RandomAccessFile out = new RandomAccessFile(file.toString(), "rw")) {
            out.write(content, 0, end);
            out.setLength(content.length);
        }
    }

    private Map<String, Inode> names(Inode inode, SplittableRandom random) {
        DirectoryState directory = directory(inode);
        Map<String, Inode> names = new TreeMap<>(directory.durable);
        Loss loss = draw(random);
        int until = until(directory.pending, random);
        Map<String, Integer> untils = new HashMap<>();
        directory.pending.forEach((at, change) -> {
            boolean there =
                    switch (loss) {
                        case ALL -> false;
                        case NONE -> true;
                        case LATER -> at <= until;
                        case SOME_WRITES, SOME_SECTORS -> at
                                <= untils.computeIfAbsent(change.name(), name -> until(directory.pending, random));
                    };
            if (there) {
                rename(names, change);
            }
        });
        return names;
    }

    private byte[] content(Inode inode, SplittableRandom random) {
        FileState file = file(inode);
        byte[] content = file.durable.clone();
        Loss loss = draw(random);
        int until = until(file.pending, random);
        for (Map.Entry<Integer, Event> pending : file.pending.entrySet()) {
            content = switch (loss) {
                case ALL -> content;
                case NONE -> applied(content, pending.getValue());
                case LATER -> pending.getKey() <= until ? applied(content, pending.getValue()) : content;
                case SOME_WRITES -> random.nextBoolean() ? applied(content, pending.getValue()) : content;
                case SOME_SECTORS -> torn(content, pending.getValue(), random);
            };
        }
        return content;
    }

    private static Loss draw(SplittableRandom random) {
        return Loss.values()[random.nextInt(Loss.values().length)];
    }

    private static int until(Map<Integer, ?> pending, SplittableRandom random) {
        List<Integer> positions = new ArrayList<>(pending.keySet());
        return positions.isEmpty() ? -1 : positions.get(random.nextInt(positions.size())) - random.nextInt(2);
    }

    private static byte[] applied(byte[] content, Event event) {
        if (event instanceof Length length) {
            return Arrays.copyOf(content, (int) length.length());
        }
        Write write = (Write) event;
        return put(content, write.offset(), write.bytes(), 0, write.length());
    }

    private static byte[] torn(byte[] content, Event event, SplittableRandom random) {
        if (event instanceof Length) {
            return random.nextBoolean() ? applied(content, event) : content;
        }
        Write write = (Write) event;
        byte[] result = content;
        int from = 0;
        while (from < write.length()) {
            int sector = (int) ((write.offset() + from) / DiskTrace.SECTOR);
            int to = (int) Math.min(write.length(), (sector + 1L) * DiskTrace.SECTOR - write.offset());
            if (random.nextBoolean()) {
                result = put(result, write.offset() + from, write.bytes(), from, to - from);
            }
            from = to;
        }
        return result;
    }

    private static byte[] put(byte[] content, long offset, byte @Nullable [] bytes, int from, int length) {
        int end = (int) offset + length;
        byte[] result = end > content.length ? Arrays.copyOf(content, end) : content;
        if (bytes == null) {
            Arrays.fill(result, (int) offset, end, (byte) 0);
        } else {
            System.arraycopy(bytes, from, result, (int) offset, length);
        }
        return result;
    }
}
