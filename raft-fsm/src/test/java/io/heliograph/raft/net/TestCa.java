package io.heliograph.raft.net;

import io.heliograph.raft.TlsFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority of the test's own that signs certificates, written as DER by hand (RFC 5280, section 4.1). */
final class TestCa {

    /** What a certificate is to say. */
    static final class Wanted {
        final String commonName;
        final List<byte[]> names = new ArrayList<>();
        Instant from = Instant.now().minus(1, ChronoUnit.DAYS);
        Instant until = Instant.now().plus(30, ChronoUnit.DAYS);
        boolean authority;
        byte[] purposes;

        Wanted(String commonName) {
            this.commonName = commonName;
        }

        Wanted host(String name) {
            names.add(tagged(0x82, name.getBytes(StandardCharsets.US_ASCII)));
            return this;
        }

        Wanted address(int... bytes) {
            byte[] address = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                address[i] = (byte) bytes[i];
            }
            names.add(tagged(0x87, address));
            return this;
        }

        Wanted loopback() {
            return address(127, 0, 0, 1);
        }

        Wanted valid(Instant from, Instant until) {
            this.from = from;
            this.until = until;
            return this;
        }

        /** Only for a server, not for a client. */
        Wanted serverOnly() {
            purposes = tagged(0x30, tagged(0x06, bytes(0x2b, 6, 1, 5, 5, 7, 3, 1)));
            return this;
        }

        Wanted authority() {
            authority = true;
            return this;
        }
    }

    private static final byte[] ECDSA_SHA256 = tagged(0x30, tagged(0x06, bytes(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2)));

    private final String name;
    private final KeyPair keys;
    final byte[] certificate;

    TestCa(String name) throws GeneralSecurityException {
        this(new Wanted(name).authority(), null);
    }

    private TestCa(Wanted wanted, TestCa above) throws GeneralSecurityException {
        this.name = wanted.commonName;
        this.keys = newKeys();
        this.certificate =
                above == null ? sign(wanted, keys, name, keys.getPrivate()) : above.certificate(wanted, keys);
    }

    static TestCa expired(String name) throws GeneralSecurityException {
        Instant now = Instant.now();
        return new TestCa(
                new Wanted(name).authority().valid(now.minus(9, ChronoUnit.DAYS), now.minus(2, ChronoUnit.DAYS)), null);
    }

    /** An authority that this one vouches for. */
    TestCa intermediate(String below) throws GeneralSecurityException {
        return new TestCa(new Wanted(below).authority(), this);
    }

    static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    byte[] certificate(Wanted wanted, KeyPair subject) throws GeneralSecurityException {
        return sign(wanted, subject, name, keys.getPrivate());
    }

    /** Certificate and key of a node, and this authority, as files in a directory. */
    TlsFiles issue(Path directory, Wanted wanted) throws GeneralSecurityException, IOException {
        KeyPair subject = newKeys();
        return write(
                directory, certificate(wanted, subject), subject.getPrivate().getEncoded(), certificate);
    }

    static TlsFiles write(Path directory, byte[] certificate, byte[] key, byte[] authority) throws IOException {
        Files.createDirectories(directory);
        TlsFiles files =
                new TlsFiles(directory.resolve("node.pem"), directory.resolve("node.key"), directory.resolve("ca.pem"));
        Files.writeString(files.certificate(), pem("CERTIFICATE", certificate));
        Files.writeString(files.key(), pem("PRIVATE KEY", key));
        Files.writeString(files.ca(), pem("CERTIFICATE", authority));
        return files;
    }

    static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static byte[] sign(Wanted wanted, KeyPair subject, String issuer, PrivateKey signer)
            throws GeneralSecurityException {
        byte[] body = tagged(
                0x30,
                tagged(0xa0, tagged(0x02, bytes(2))),
                tagged(0x02, new BigInteger(63, new java.security.SecureRandom()).toByteArray()),
                ECDSA_SHA256,
                distinguished(issuer),
                tagged(0x30, time(wanted.from), time(wanted.until)),
                distinguished(wanted.commonName),
                subject.getPublic().getEncoded(),
                tagged(0xa3, extensions(wanted)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signer);
        signature.update(body);
        return tagged(0x30, body, ECDSA_SHA256, tagged(0x03, bytes(0), signature.sign()));
    }

    private static byte[] extensions(Wanted wanted) {
        List<byte[]> all = new ArrayList<>();
        if (wanted.authority) {
            all.add(tagged(
                    0x30,
                    tagged(0x06, bytes(0x55, 0x1d, 0x13)),
                    tagged(0x01, bytes(0xff)),
                    tagged(0x04, tagged(0x30, tagged(0x01, bytes(0xff))))));
        }
        if (!wanted.names.isEmpty()) {
            all.add(tagged(
                    0x30,
                    tagged(0x06, bytes(0x55, 0x1d, 0x11)),
                    tagged(0x04, tagged(0x30, wanted.names.toArray(new byte[0][])))));
        }
        if (wanted.purposes != null) {
            all.add(tagged(0x30, tagged(0x06, bytes(0x55, 0x1d, 0x25)), tagged(0x04, wanted.purposes)));
        }
        return tagged(0x30, all.toArray(new byte[0][]));
    }

    private static byte[] distinguished(String commonName) {
        byte[] attribute = tagged(
                0x30, tagged(0x06, bytes(0x55, 4, 3)), tagged(0x0c, commonName.getBytes(StandardCharsets.UTF_8)));
        return tagged(0x30, tagged(0x31, attribute));
    }

    private static byte[] time(Instant instant) {
        String text = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(instant);
        return tagged(0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            value.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (value.size() < 0x80) {
            out.write(value.size());
        } else {
            if (value.size() < 0x100) {
                out.write(0x81);
            } else {
                out.write(0x82);
                out.write(value.size() >>> 8);
            }
            out.write(value.size());
        }
        out.writeBytes(value.toByteArray());
        return out.toByteArray();
    }
}
