package io.heliograph.raft.atomix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A small file that is either the old one or the new one, whatever happens while it is written, and that tells when it
 * was damaged. Big-endian: the four letters {@code HGRF}, int CRC32C of the body, int length of the body, the body.
 */
final class CheckedFile {

    private static final int MAGIC = 0x48475246;
    private static final int HEADER_BYTES = 3 * Integer.BYTES;

    private CheckedFile() {}

    /** Writes aside, forces, renames, and forces the directory. */
    static void write(Path file, byte[] body) throws IOException {
        Disk.replace(
                file,
                ByteBuffer.allocate(HEADER_BYTES + body.length)
                        .putInt(MAGIC)
                        .putInt(crc(body))
                        .putInt(body.length)
                        .put(body)
                        .array());
    }

    /**
     * @throws IOException when it cannot be read, or is damaged; the message names the file
     */
    static byte[] read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.remaining() < HEADER_BYTES || bytes.getInt() != MAGIC) {
            throw new IOException(file + ": the mark at offset 0 is missing");
        }
        int crc = bytes.getInt();
        int length = bytes.getInt();
        if (length != bytes.remaining()) {
            throw new IOException(file + ": offset 8 says " + length + " bytes follow, there are " + bytes.remaining());
        }
        byte[] body = new byte[length];
        bytes.get(body);
        if (crc(body) != crc) {
            throw new IOException(file + ": the checksum at offset 4 does not match the " + length + " bytes after it");
        }
        return body;
    }

    private static int crc(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return (int) crc.getValue();
    }
}
