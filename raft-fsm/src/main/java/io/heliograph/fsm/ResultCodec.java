package io.heliograph.fsm;

import io.heliograph.command.Wire;
import io.heliograph.fsm.CommandResult.Done;
import io.heliograph.fsm.CommandResult.Reason;
import io.heliograph.fsm.CommandResult.Refused;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Results as bytes, on their way from the state machine back to the caller on the same node. Never stored. */
public final class ResultCodec {

    private static final int DONE = 1;
    private static final int REFUSED = 2;

    private ResultCodec() {}

    public static byte[] encode(CommandResult result) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            if (result instanceof Done done) {
                out.writeByte(DONE);
                out.writeLong(done.revision().value());
                out.writeBoolean(done.changed());
                out.writeInt(done.entries().size());
                for (Entry entry : done.entries()) {
                    Wire.writeString(out, entry.key());
                    Wire.writeString(out, entry.value());
                }
                out.writeInt(done.deleted().size());
                for (String key : done.deleted()) {
                    Wire.writeString(out, key);
                }
            } else if (result instanceof Refused refused) {
                out.writeByte(REFUSED);
                out.writeByte(refused.reason().wireId());
                Wire.writeString(out, refused.message());
                Wire.writeOptionalHostPort(out, refused.actual());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * @throws UncheckedIOException when the bytes are no result
     */
    public static CommandResult decode(byte[] bytes) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            return in.readByte() == DONE ? readDone(in) : readRefused(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a damaged result of " + bytes.length + " bytes", e);
        }
    }

    private static Done readDone(DataInputStream in) throws IOException {
        Revision revision = new Revision(in.readLong());
        boolean changed = in.readBoolean();
        int count = in.readInt();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(new Entry(Wire.readString(in), Wire.readString(in)));
        }
        int deletedCount = in.readInt();
        List<String> deleted = new ArrayList<>();
        for (int i = 0; i < deletedCount; i++) {
            deleted.add(Wire.readString(in));
        }
        return new Done(revision, changed, entries, deleted);
    }

    private static Refused readRefused(DataInputStream in) throws IOException {
        int wireId = in.readByte();
        for (Reason reason : Reason.values()) {
            if (reason.wireId() == wireId) {
                return new Refused(reason, Wire.readString(in), Wire.readOptionalHostPort(in));
            }
        }
        throw new IOException("unknown reason " + wireId);
    }
}
