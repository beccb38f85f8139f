package io.heliograph.it.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes at a directory, gone with this object. Mounting needs root. */
public final class SmallDisk implements AutoCloseable {
    private static final byte[] MEGABYTE = new byte[1024 * 1024];

    private final Path at;

    private SmallDisk(Path at) {
        this.at = at;
    }

    /** Mounts one; the test ends as skipped where that is not allowed. */
    public static SmallDisk mount(Path at, int megabytes) {
        try {
            Commands.run(List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", at.toString()));
        } catch (IllegalStateException | UncheckedIOException e) {
            Assumptions.abort("skipped: needs a mount, " + e.getMessage());
        }
        return new SmallDisk(at);
    }

    /** Fills it until so many megabytes are left. */
    public void fill(int megabytesLeft) throws IOException {
        long left = megabytesLeft * (long) MEGABYTE.length;
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (at.toFile().getUsableSpace() >= left + MEGABYTE.length) {
                out.write(MEGABYTE);
            }
            out.write(MEGABYTE, 0, (int) Math.max(0, at.toFile().getUsableSpace() - left));
        }
    }

    /** Whether files can be read but not written, or are as usual again. */
    public void setReadOnly(boolean readOnly) {
        Commands.run(List.of("mount", "-o", "remount," + (readOnly ? "ro" : "rw"), at.toString()));
    }

    public void free() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return at.resolve("filler");
    }

    @Override
    public void close() {
        Commands.run(List.of("umount", "--lazy", at.toString()));
    }
}
