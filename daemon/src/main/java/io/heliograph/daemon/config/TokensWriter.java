package io.heliograph.daemon.config;

import io.heliograph.daemon.auth.Tokens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeMap;

/** Writes files of secrets: whole or not at all, and never readable for everybody. */
public final class TokensWriter {

    private TokensWriter() {}

    /**
     * Writes a tokens file, in place of the one that is there.
     *
     * @throws IOException when it could not be written; what was there is there still
     */
    public static void write(Path file, Tokens tokens) throws IOException {
        StringBuilder text =
                new StringBuilder("# Who may use the HTTP API; written by 'heliograph token'. Of a token only"
                        + " a salted hash is kept.\ntokens:\n");
        tokens.tokens().forEach((name, token) -> text.append("  ")
                .append(quoted(name))
                .append(": { role: ")
                .append(token.role().word())
                .append(", hash: ")
                .append(quoted(token.hash().toString()))
                .append(" }\n"));
        if (!tokens.certificates().isEmpty()) {
            text.append("certificates:\n");
            new TreeMap<>(tokens.certificates()).forEach((subject, caller) -> text.append("  ")
                    .append(quoted(subject))
                    .append(": { name: ")
                    .append(quoted(caller.name()))
                    .append(", role: ")
                    .append(caller.role().word())
                    .append(" }\n"));
        }
        writeSecret(file, text.toString());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /**
     * Writes a file that only its owner may read, in place of the one that is there. Where there is one already, it keeps
     * owner and group as far as it may, and its group goes on reading it: the daemon may be another user than the one who
     * writes.
     *
     * @throws IOException when it could not be written; what was there is there still
     */
    public static void writeSecret(Path file, String text) throws IOException {
        boolean isThere = Files.exists(file);
        Path target = isThere ? file.toRealPath() : file;
        Path directory = target.toAbsolutePath().getParent();
        Path temporary = Files.createTempFile(
                directory,
                ".tokens-",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
            if (isThere) {
                keepAccess(target, temporary);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void keepAccess(Path old, Path fresh) throws IOException {
        PosixFileAttributes was = Files.readAttributes(old, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
        Set<PosixFilePermission> permissions =
                EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        try {
            view.setGroup(was.group());
            if (was.permissions().contains(PosixFilePermission.GROUP_READ)) {
                permissions.add(PosixFilePermission.GROUP_READ);
            }
            view.setOwner(was.owner());
        } catch (FileSystemException e) {
            // only root gives files away: it stays the writer's own
        }
        view.setPermissions(permissions);
    }
}
