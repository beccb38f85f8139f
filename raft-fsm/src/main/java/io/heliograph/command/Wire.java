package io.heliograph.command;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How strings, addresses and masters look in the log and in snapshots: big-endian, lengths first. */
public final class Wire {

    private Wire() {}

    /** Four bytes of length, then UTF-8. */
    public static void writeString(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /**
     * @throws IOException when the length is negative or beyond the end, or the bytes are not UTF-8
     */
    public static String readString(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new EOFException("a string of " + length + " bytes where " + in.available() + " are left");
        }
        byte[] bytes = in.readNBytes(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("a string that is not UTF-8", e);
        }
    }

    public static void writeHostPort(DataOutputStream out, HostPort address) throws IOException {
        writeString(out, address.host());
        out.writeInt(address.port());
    }

    public static HostPort readHostPort(DataInputStream in) throws IOException {
        return new HostPort(readString(in), in.readInt());
    }

    /** One byte, 0 or 1, then the address when it is 1. */
    public static void writeOptionalHostPort(DataOutputStream out, @Nullable HostPort address) throws IOException {
        out.writeBoolean(address != null);
        if (address != null) {
            writeHostPort(out, address);
        }
    }

    public static @Nullable HostPort readOptionalHostPort(DataInputStream in) throws IOException {
        return in.readBoolean() ? readHostPort(in) : null;
    }

    public static void writeMaster(DataOutputStream out, Master master) throws IOException {
        writeHostPort(out, master.address());
        writeString(out, master.ipv4());
        writeString(out, master.ipv6());
    }

    public static Master readMaster(DataInputStream in) throws IOException {
        return new Master(readHostPort(in), readString(in), readString(in));
    }
}
