package io.heliograph.daemon.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A secret as it is kept: salted and hashed, so that who reads the file cannot sign in.
 *
 * <p>Secrets that we drew have 256 random bits, which nobody finds by trying; one round of SHA-256 is enough for them,
 * and every request can afford it. Passwords that people chose go through PBKDF2 with HMAC-SHA-256 (RFC 8018, section
 * 5.2), which takes a good part of a second on purpose.
 */
public final class SecretHash {

    private static final String DRAWN = "sha256";
    private static final String CHOSEN = "pbkdf2-sha256";

    /** Rounds for a password that somebody chose; the number that OWASP's password storage page asks for. */
    private static final int ROUNDS = 600_000;

    private static final int MAX_ROUNDS = 10_000_000;
    private static final int SECRET_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String scheme;
    private final int rounds;
    private final byte[] salt;
    private final byte[] hash;

    private SecretHash(String scheme, int rounds, byte[] salt, byte[] hash) {
        this.scheme = scheme;
        this.rounds = rounds;
        this.salt = salt;
        this.hash = hash;
    }

    /** A new secret: 43 characters, none of which needs quoting anywhere. */
    public static String draw() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random(SECRET_BYTES));
    }

    /** Of a secret that {@link #draw} made. */
    public static SecretHash ofDrawn(String secret) {
        byte[] salt = random(SALT_BYTES);
        return new SecretHash(DRAWN, 1, salt, digest(salt, secret));
    }

    /** Of a password that somebody chose. Takes a good part of a second. */
    public static SecretHash ofPassword(String password) {
        return ofPassword(password, ROUNDS);
    }

    static SecretHash ofPassword(String password, int rounds) {
        byte[] salt = random(SALT_BYTES);
        return new SecretHash(CHOSEN, rounds, salt, stretch(salt, rounds, password));
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException when it is no such text; the message does not repeat it
     */
    public static SecretHash parse(String text) {
        String[] parts = text.split("\\$", -1);
        try {
            if (parts.length == 3 && parts[0].equals(DRAWN)) {
                return new SecretHash(DRAWN, 1, bytes(parts[1], 8), bytes(parts[2], HASH_BYTES));
            }
            if (parts.length == 4 && parts[0].equals(CHOSEN)) {
                int rounds = Integer.parseInt(parts[1]);
                if (rounds >= 1 && rounds <= MAX_ROUNDS) {
                    return new SecretHash(CHOSEN, rounds, bytes(parts[2], 8), bytes(parts[3], HASH_BYTES));
                }
            }
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        throw malformed();
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("is no hash that 'heliograph token create' writes");
    }

    private static byte[] bytes(String text, int least) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length < least) {
            throw malformed();
        }
        return bytes;
    }

    /** Whether checking takes long, so that it is worth remembering who was let in. */
    boolean isSlow() {
        return scheme.equals(CHOSEN);
    }

    /** Whether this is the hash of {@code secret}; takes the same time whether it is or not. */
    public boolean matches(String secret) {
        return MessageDigest.isEqual(hash, isSlow() ? stretch(salt, rounds, secret) : digest(salt, secret));
    }

    private static byte[] digest(byte[] salt, String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return digest.digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] stretch(byte[] salt, int rounds, String password) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has PBKDF2 with HMAC-SHA-256", e);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** Scheme, rounds where there is a choice, salt and hash, with a dollar sign between them. */
    @Override
    public String toString() {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return scheme + "$" + (isSlow() ? rounds + "$" : "") + encoder.encodeToString(salt) + "$"
                + encoder.encodeToString(hash);
    }
}
