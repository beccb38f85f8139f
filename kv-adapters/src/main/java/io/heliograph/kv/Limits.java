package io.heliograph.kv;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The bounds that every supported store can hold. They are checked before an entry reaches the log, so that no store
 * ever has to refuse what another one took.
 */
public final class Limits {

    /** Longest key, in bytes of UTF-8. MariaDB's primary key index is the narrowest: 3,072 bytes at 4 a character. */
    public static final int MAX_KEY_BYTES = 512;

    /** Longest value, in bytes of UTF-8: Consul refuses a value of more than 512 KiB. */
    public static final int MAX_VALUE_BYTES = 512 * 1024;

    /** First segment of the keys under which a store keeps what is ours alone: owner, fences, tombstones. */
    public static final String RESERVED = "heliograph";

    private Limits() {}

    /**
     * Checks that every store can hold {@code key}.
     *
     * @throws IllegalArgumentException naming what is wrong, and the character where it is one
     */
    public static void checkKey(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a key must not be empty");
        }
        int bytes = utf8Length(key);
        if (bytes > MAX_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "key of " + bytes + " bytes is too long: the limit is " + MAX_KEY_BYTES + " bytes");
        }
        for (String segment : key.split("/", -1)) {
            checkSegment("key", key, segment);
        }
        if (key.equals("zookeeper") || key.startsWith("zookeeper/")) {
            throw new IllegalArgumentException("key '" + key + "': ZooKeeper keeps the tree /zookeeper for itself");
        }
        if (isReserved(key)) {
            throw new IllegalArgumentException(
                    "key '" + key + "': what begins with '" + RESERVED + "/' is kept for owner, fences and tombstones");
        }
    }

    /** Whether a key is in the tree of what is ours alone; {@link StoreAdapter#read} never shows these. */
    public static boolean isReserved(String key) {
        return key.equals(RESERVED) || key.startsWith(RESERVED + "/");
    }

    /**
     * Checks that every store can hold {@code name} as one segment of a key.
     *
     * @param what what the name is, for the message ("alias")
     * @throws IllegalArgumentException naming the character that is not allowed
     */
    public static void checkName(String what, String name) {
        checkSegment(what, name, name);
    }

    /**
     * Checks that every store can hold a value.
     *
     * @throws IllegalArgumentException when it is longer than {@link #MAX_VALUE_BYTES}, or is not text
     */
    public static void checkValue(String key, String value) {
        if (value.indexOf(0) >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException("value of key '" + key
                    + "' has a character that not every store can hold: U+0000 or half of a surrogate pair");
        }
        int bytes = utf8Length(value);
        if (bytes > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("value of key '" + key + "' has " + bytes
                    + " bytes and is too large: the limit is " + MAX_VALUE_BYTES + " bytes");
        }
    }

    private static void checkSegment(String what, String whole, String segment) {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw new IllegalArgumentException(
                    what + " '" + whole + "': '" + segment + "' cannot be a part of a path in ZooKeeper");
        }
        for (int i = 0; i < segment.length(); ) {
            int c = segment.codePointAt(i);
            if (!isAllowed(c)) {
                throw new IllegalArgumentException(what + " '" + printable(whole) + "' has a character that not every "
                        + "store can hold: " + describe(c) + " at position " + (whole.indexOf(segment) + i + 1)
                        + "; use letters, digits and . _ - : @ + = ~ ,");
            }
            i += Character.charCount(c);
        }
    }

    /** Letters and digits of the basic plane, and the punctuation that is safe in a URL, a znode and an SQL key. */
    private static boolean isAllowed(int c) {
        return (c < 0x10000 && Character.isLetterOrDigit(c)) || (c < 0x80 && "._-:@+=~,".indexOf(c) >= 0);
    }

    private static String describe(int c) {
        String hex = String.format(Locale.ROOT, "U+%04X", c);
        return Character.isISOControl(c) || Character.isWhitespace(c) || !Character.isDefined(c)
                ? hex
                : "'" + Character.toString(c) + "' (" + hex + ")";
    }

    private static String printable(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> out.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return out.toString();
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
