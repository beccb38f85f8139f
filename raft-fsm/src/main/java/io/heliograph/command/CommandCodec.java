package io.heliograph.command;

import io.heliograph.command.Command.AliasedMaster;
import io.heliograph.command.Command.Attributed;
import io.heliograph.command.Command.Barrier;
import io.heliograph.command.Command.BeginEpoch;
import io.heliograph.command.Command.DeleteCluster;
import io.heliograph.command.Command.DeleteEntry;
import io.heliograph.command.Command.ForgetCluster;
import io.heliograph.command.Command.PutEntry;
import io.heliograph.command.Command.RaiseEpoch;
import io.heliograph.command.Command.SetAlias;
import io.heliograph.command.Command.SetMaster;
import io.heliograph.command.Command.SubmitMasters;
import io.heliograph.kv.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands as bytes: one byte format version, one byte {@link Command.Type#wireId}, then the fields in the order of the
 * record. A log outlives the program that wrote it: a format that was released is read for ever.
 */
public final class CommandCodec {

    private static final int VERSION = 1;

    private CommandCodec() {}

    public static byte[] encode(Command command) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeByte(VERSION);
            writeBody(out, command);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    private static void writeBody(DataOutputStream out, Command command) throws IOException {
        out.writeByte(command.type().wireId());
        switch (command.type()) {
            case BARRIER -> {}
            case SET_MASTER -> writeSetMaster(out, (SetMaster) command);
            case SUBMIT_MASTERS -> writeSubmitMasters(out, (SubmitMasters) command);
            case FORGET_CLUSTER -> Wire.writeString(out, ((ForgetCluster) command).alias());
            case DELETE_ENTRY -> Wire.writeString(out, ((DeleteEntry) command).key());
            case DELETE_CLUSTER -> Wire.writeString(out, ((DeleteCluster) command).alias());
            case RAISE_EPOCH -> out.writeLong(((RaiseEpoch) command).atLeast());
            case BEGIN_EPOCH -> out.writeLong(((BeginEpoch) command).atLeast());
            case PUT_ENTRY -> writeEntry(out, ((PutEntry) command).entry());
            case SET_ALIAS -> writeSetAlias(out, (SetAlias) command);
            case ATTRIBUTED -> {
                Wire.writeString(out, ((Attributed) command).by());
                writeBody(out, ((Attributed) command).command());
            }
        }
    }

    /**
     * @throws UndecodableCommandException when the bytes are no command of a known version
     */
    public static Command decode(byte[] bytes) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new UndecodableCommandException("a command of format version " + version
                        + ", this version of heliograph knows " + VERSION + "; run the newer version");
            }
            Command command = readBody(in, in.readUnsignedByte());
            if (in.available() > 0) {
                throw new UndecodableCommandException(
                        in.available() + " bytes left over after a command of type " + command.type());
            }
            return command;
        } catch (IOException | IllegalArgumentException e) {
            throw new UndecodableCommandException(
                    "damaged command of " + bytes.length + " bytes: " + e.getMessage(), e);
        }
    }

    private static Command readBody(DataInputStream in, int wireId) throws IOException {
        for (Command.Type type : Command.Type.values()) {
            if (type.wireId() == wireId) {
                return switch (type) {
                    case BARRIER -> new Barrier();
                    case SET_MASTER -> readSetMaster(in);
                    case SUBMIT_MASTERS -> readSubmitMasters(in);
                    case FORGET_CLUSTER -> new ForgetCluster(Wire.readString(in));
                    case DELETE_ENTRY -> new DeleteEntry(Wire.readString(in));
                    case DELETE_CLUSTER -> new DeleteCluster(Wire.readString(in));
                    case RAISE_EPOCH -> new RaiseEpoch(in.readLong());
                    case BEGIN_EPOCH -> new BeginEpoch(in.readLong());
                    case PUT_ENTRY -> new PutEntry(new Entry(Wire.readString(in), Wire.readString(in)));
                    case SET_ALIAS -> new SetAlias(
                            Wire.readString(in), Wire.readString(in), Wire.readString(in), in.readLong());
                    case ATTRIBUTED -> readAttributed(in);
                };
            }
        }
        throw new UndecodableCommandException("unknown command type " + wireId + "; run the newer version");
    }

    /** Looks at the kind first: thousands of them inside each other would end the thread's stack. */
    private static Attributed readAttributed(DataInputStream in) throws IOException {
        String by = Wire.readString(in);
        int wireId = in.readUnsignedByte();
        if (wireId == Command.Type.ATTRIBUTED.wireId()) {
            throw new IOException("a command is attributed once");
        }
        return new Attributed(by, readBody(in, wireId));
    }

    private static void writeSetAlias(DataOutputStream out, SetAlias command) throws IOException {
        Wire.writeString(out, command.from());
        Wire.writeString(out, command.to());
        Wire.writeString(out, command.prefix());
        out.writeLong(command.decidedAt());
    }

    private static void writeSetMaster(DataOutputStream out, SetMaster command) throws IOException {
        Wire.writeString(out, command.alias());
        Wire.writeString(out, command.prefix());
        Wire.writeMaster(out, command.master());
        Wire.writeOptionalHostPort(out, command.expected());
        out.writeBoolean(command.register());
        Wire.writeString(out, command.reason());
        out.writeLong(command.decidedAt());
    }

    private static SetMaster readSetMaster(DataInputStream in) throws IOException {
        return new SetMaster(
                Wire.readString(in),
                Wire.readString(in),
                Wire.readMaster(in),
                Wire.readOptionalHostPort(in),
                in.readBoolean(),
                Wire.readString(in),
                in.readLong());
    }

    private static void writeSubmitMasters(DataOutputStream out, SubmitMasters command) throws IOException {
        Wire.writeString(out, command.prefix());
        out.writeInt(command.masters().size());
        for (AliasedMaster each : command.masters()) {
            Wire.writeString(out, each.alias());
            Wire.writeMaster(out, each.master());
        }
        out.writeLong(command.decidedAt());
    }

    private static SubmitMasters readSubmitMasters(DataInputStream in) throws IOException {
        String prefix = Wire.readString(in);
        int count = in.readInt();
        if (count < 0 || count > Command.MAX_SUBMIT) {
            throw new IOException(count + " masters in one command");
        }
        List<AliasedMaster> masters = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            masters.add(new AliasedMaster(Wire.readString(in), Wire.readMaster(in)));
        }
        return new SubmitMasters(prefix, masters, in.readLong());
    }

    private static void writeEntry(DataOutputStream out, Entry entry) throws IOException {
        Wire.writeString(out, entry.key());
        Wire.writeString(out, entry.value());
    }
}
