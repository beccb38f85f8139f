package io.heliograph.raft.net;

import java.util.Arrays;

/** The key inside a PKCS #8 wrapping, as older tools write it. */
final class OlderKeys {

    private OlderKeys() {}

    static byte[] inner(String algorithm, byte[] pkcs8) {
        int at = afterHeader(pkcs8, 0);
        at = end(pkcs8, at); // version
        int algorithmAt = at;
        at = end(pkcs8, at);
        byte[] key = Arrays.copyOfRange(pkcs8, afterHeader(pkcs8, at), end(pkcs8, at));
        if (!algorithm.equals("EC")) {
            return key;
        }
        // Java leaves the curve out of the inner part, openssl does not
        int identifier = afterHeader(pkcs8, algorithmAt);
        byte[] curve = Arrays.copyOfRange(pkcs8, end(pkcs8, identifier), end(pkcs8, algorithmAt));
        byte[] rest = Arrays.copyOfRange(key, afterHeader(key, 0), end(key, 0));
        return TestCa.tagged(0x30, rest, TestCa.tagged(0xa0, curve));
    }

    private static int afterHeader(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int end(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return at + 2 + first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = length << 8 | der[at + 2 + i] & 0xff;
        }
        return afterHeader(der, at) + length;
    }
}
