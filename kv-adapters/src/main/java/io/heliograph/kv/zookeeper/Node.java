package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Revision;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a node holds.
 *
 * @param text its data, null where it has none
 * @param version the version of its data
 */
record Node(@Nullable String text, int version) {

    private static final int MAX_DIGITS = 16;

    static Node of(byte @Nullable [] data, int version) {
        return new Node(data == null ? null : new String(data, StandardCharsets.UTF_8), version);
    }

    /** Its data without white space around it; empty where it has none. */
    String line() {
        return text == null ? "" : text.strip();
    }

    /** The revision in a fence; none where there is something else, or nothing because it only leads to other fences. */
    Revision revision() {
        if (text == null || !text.matches("[0-9]{1," + MAX_DIGITS + "}")) {
            return Revision.NONE;
        }
        long number = Long.parseLong(text);
        return number > Revision.MAX_VALUE ? Revision.NONE : new Revision(number);
    }
}
