package io.heliograph.fsm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Remembers the hash of the state until the next command. Guarded by the state machine's lock. */
final class StateDigest {

    private static final int SHOWN_BYTES = 8;

    private long index = -1;
    private String text = "";

    String of(ReplicatedState state, SnapshotCodec codec) {
        if (index != state.lastIndex()) {
            byte[] hash = sha256().digest(codec.encode(state));
            text = state.lastIndex() + ":" + HexFormat.of().formatHex(hash, 0, SHOWN_BYTES);
            index = state.lastIndex();
        }
        return text;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
