package io.heliograph.daemon.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Decides who calls. Safe for use by several threads. */
public final class Gate {

    /** Passwords are slow to check on purpose: whoever was let in is remembered, this many of them. */
    private static final int MAX_REMEMBERED = 1_000;

    /** Checked against when a name is unknown, so that the time does not tell that it is. */
    private static final SecretHash NOBODYS = SecretHash.ofDrawn(SecretHash.draw());

    private record Admitted(SecretHash hash, Caller caller) {}

    private final @Nullable Supplier<Tokens> tokens;
    private final FailureLimit failures;
    private final Object slow = new Object();
    private final SecretKeySpec fingerprintKey;
    private final Map<String, Admitted> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Admitted> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    private Gate(@Nullable Supplier<Tokens> tokens, InstantSource clock) {
        this.tokens = tokens;
        this.failures = new FailureLimit(clock);
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        this.fingerprintKey = new SecretKeySpec(key, "HmacSHA256");
    }

    /** Lets everybody do everything. */
    public static Gate open() {
        return new Gate(null, InstantSource.system());
    }

    /**
     * @param tokens who is known now; asked for every request
     */
    public static Gate guarded(Supplier<Tokens> tokens, InstantSource clock) {
        return new Gate(tokens, clock);
    }

    /** Whether callers have to say who they are. */
    public boolean isGuarded() {
        return tokens != null;
    }

    /**
     * Who calls.
     *
     * @param authorization the header of that name; null when there is none
     * @param subject of the certificate that the connection came with and that was verified; null when it had none
     * @param address where the connection comes from
     * @throws Refusal when they are not known, or too many from that address were not
     */
    public Caller identify(@Nullable String authorization, @Nullable String subject, String address) throws Refusal {
        if (tokens == null) {
            return Caller.ANYBODY;
        }
        Tokens known = tokens.get();
        if (authorization == null) {
            return Optional.ofNullable(subject)
                    .flatMap(known::certificate)
                    .orElseThrow(() -> unknown(
                            subject == null
                                    ? "say who you are: send a token in the header Authorization, as 'Bearer …'"
                                    : "the certificate of " + subject + " is not in the tokens file"));
        }
        String fingerprint = fingerprint(authorization);
        Optional<Credentials> credentials = Credentials.parse(authorization);
        Optional<Caller> before = credentials.flatMap(given -> remembered(fingerprint, given, known));
        if (before.isPresent()) {
            return before.get();
        }
        Duration wait = failures.wait(address);
        if (!wait.isZero()) {
            throw new Refusal(
                    Refusal.Kind.TOO_MANY, "too many wrong tokens came from " + address + "; wait a minute", wait);
        }
        Optional<Caller> caller = credentials.flatMap(given -> check(fingerprint, given, known));
        if (caller.isEmpty()) {
            failures.failed(address);
            throw unknown("nobody has this token: it may be mistyped, or revoked");
        }
        return caller.get();
    }

    private static Refusal unknown(String message) {
        return new Refusal(Refusal.Kind.UNKNOWN, message, Duration.ZERO);
    }

    private Optional<Caller> check(String fingerprint, Credentials given, Tokens known) {
        Optional<Tokens.Token> token = known.token(given.name());
        SecretHash hash = token.map(Tokens.Token::hash).orElse(NOBODYS);
        if (!matches(hash, given.secret()) || token.isEmpty()) {
            return Optional.empty();
        }
        Caller caller = new Caller(given.name(), token.get().role(), given.door());
        synchronized (remembered) {
            remembered.put(fingerprint, new Admitted(hash, caller));
        }
        return Optional.of(caller);
    }

    /** One slow check at a time: guessing passwords keeps one processor busy at the most. */
    private boolean matches(SecretHash hash, String secret) {
        if (!hash.isSlow()) {
            return hash.matches(secret);
        }
        synchronized (slow) {
            return hash.matches(secret);
        }
    }

    /** Who was let in with the same header, as long as the token is still the same. */
    private Optional<Caller> remembered(String fingerprint, Credentials given, Tokens known) {
        Admitted admitted;
        synchronized (remembered) {
            admitted = remembered.get(fingerprint);
        }
        if (admitted == null) {
            return Optional.empty();
        }
        return known.token(given.name())
                .filter(token -> token.hash().toString().equals(admitted.hash.toString()))
                .filter(token -> token.role() == admitted.caller.role())
                .map(token -> admitted.caller);
    }

    /** Tells headers apart without keeping them. */
    private String fingerprint(String authorization) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(fingerprintKey);
            return Base64.getEncoder().encodeToString(mac.doFinal(authorization.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA-256", e);
        }
    }

    /**
     * @throws Refusal when somebody with this role may not do what needs {@code needed}
     */
    public static void require(Caller caller, Role needed) throws Refusal {
        if (!caller.role().includes(needed)) {
            throw new Refusal(
                    Refusal.Kind.FORBIDDEN,
                    caller.name() + " has the role " + caller.role().word() + "; this needs " + needed.word(),
                    Duration.ZERO);
        }
    }
}
