package io.heliograph.kv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A secret in a file, read again when the file changes; it is looked at once a second at most, when somebody asks. While it
 * cannot be read, or is empty, the last secret stays.
 *
 * <p>Threads: any.
 */
public final class SecretFile implements Supplier<String> {

    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int MAX_BYTES = 64 * 1024;

    private final Path file;
    private String secret;
    private FileTime changed;
    private long lookedAt = System.nanoTime();

    private SecretFile(Path file, String secret, FileTime changed) {
        this.file = file;
        this.secret = secret;
        this.changed = changed;
    }

    /**
     * Reads the file for the first time.
     *
     * @throws IOException when it cannot be read, is empty, or holds what no header can
     */
    public static SecretFile open(Path file) throws IOException {
        FileTime changed = Files.getLastModifiedTime(file);
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
            // a device has no end, and a pipe may keep whoever reads it waiting
            throw new IOException(file + " should be an ordinary file of at most " + MAX_BYTES + " bytes");
        }
        String secret = Files.readString(file).strip();
        check(file, secret);
        return new SecretFile(file, secret, changed);
    }

    /** Says nothing of the secret itself: whoever sends it in a header would, when it cannot be sent. */
    private static void check(Path file, String secret) throws IOException {
        if (secret.isEmpty()) {
            throw new IOException(file + " is empty");
        }
        if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IOException(file + " should hold one word of printable ASCII characters and nothing else");
        }
    }

    @Override
    public synchronized String get() {
        long now = System.nanoTime();
        if (now - lookedAt >= LOOK_EVERY_NANOS) {
            lookedAt = now;
            look();
        }
        return secret;
    }

    private void look() {
        try {
            FileTime time = Files.getLastModifiedTime(file);
            if (!time.equals(changed)) {
                SecretFile next = open(file);
                secret = next.secret;
                changed = next.changed;
            }
        } catch (IOException e) {
            // somebody is about to put another one there: the last one stays until then
        }
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "SecretFile[" + file + "]";
    }
}
