package io.heliograph.raft.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * Private keys in the forms that tools write: PKCS #8, and the older ones of RSA (RFC 8017, appendix A.1.2) and of
 * elliptic curves (RFC 5915), which are put into the wrapping of PKCS #8 (RFC 5208) that Java reads.
 */
final class PrivateKeys {

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xa0;
    private static final byte[] VERSION = {2, 1, 0};
    /** 1.2.840.113549.1.1.1 and no parameters. */
    private static final byte[] RSA = {
        0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
    };
    /** 1.2.840.10045.2.1. */
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private PrivateKeys() {}

    /**
     * @throws IOException with one line for the operator
     */
    static PrivateKey read(Path file) throws IOException {
        for (Pem.Block block : Pem.read(file)) {
            if (block.type.endsWith("PRIVATE KEY")) {
                return key(file, block);
            }
        }
        throw new IOException(file + " holds no PRIVATE KEY");
    }

    private static PrivateKey key(Path file, Pem.Block block) throws IOException {
        if (block.encrypted) {
            throw new IOException(file + " is encrypted, and nobody could type its passphrase at a start; write it"
                    + " without one (openssl pkey -in KEY -out PLAIN) and let only the daemon's user read it");
        }
        byte[] pkcs8;
        try {
            pkcs8 = switch (block.type) {
                case "PRIVATE KEY" -> block.der;
                case "RSA PRIVATE KEY" -> wrapped(RSA, block.der);
                case "EC PRIVATE KEY" -> wrapped(tagged(SEQUENCE, EC, curveOf(block.der)), block.der);
                default -> throw new IOException(file + " holds a key of an unknown kind, " + block.type);
            };
        } catch (RuntimeException e) {
            throw new IOException(file + " is damaged: its " + block.type + " cannot be read", e);
        }
        IOException none = new IOException(file + " holds no RSA, EC or Ed25519 key, or is damaged");
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) { // of another algorithm, or damaged
                none.addSuppressed(e);
            }
        }
        throw none;
    }

    /** Whether the key is the certificate's: what one signs, the other verifies. */
    static boolean belongTogether(PrivateKey key, PublicKey certified) {
        byte[] text = {1, 2, 3, 4};
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certified);
            verifying.update(text);
            return verifying.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return tagged(SEQUENCE, VERSION, algorithm, tagged(OCTETS, key));
    }

    /** A value of DER: tag, length, and these parts one after the other. */
    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            value.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = value.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
            int leading = Integer.numberOfLeadingZeros(length) / Byte.SIZE;
            out.write(0x80 | (bytes.length - leading));
            out.write(bytes, leading, bytes.length - leading);
        }
        out.writeBytes(value.toByteArray());
        return out.toByteArray();
    }

    /** The curve that a key of RFC 5915 names: what is tagged [0] in its sequence. */
    private static byte[] curveOf(byte[] key) {
        ByteBuffer in = ByteBuffer.wrap(key);
        open(in, SEQUENCE);
        while (in.hasRemaining()) {
            int tag = in.get() & 0xff;
            int length = length(in);
            if (tag == PARAMETERS) {
                return Arrays.copyOfRange(key, in.position(), in.position() + length);
            }
            in.position(in.position() + length);
        }
        throw new IllegalArgumentException("it names no curve");
    }

    private static void open(ByteBuffer in, int tag) {
        if ((in.get() & 0xff) != tag) {
            throw new IllegalArgumentException("not DER");
        }
        length(in);
    }

    private static int length(ByteBuffer in) {
        int first = in.get() & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = (length << Byte.SIZE) | (in.get() & 0xff);
        }
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("not DER");
        }
        return length;
    }
}
