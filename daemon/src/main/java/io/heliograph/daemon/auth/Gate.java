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

    private record Admitted(SecretHash hash, Caller caller) {

        /** Whether the token is still the same. */
        boolean stands(Tokens known) {
            return known.token(caller.name())
                    .filter(token -> token.hash().toString().equals(hash.toString()))
                    .filter(token -> token.role() == caller.role())
                    .isPresent();
        }

        Admission admission(Supplier<Tokens> current) {
            return new Admission(caller, () -> stands(current.get()));
        }
    }

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
    public Admission admit(@Nullable String authorization, @Nullable String subject, String address) throws Refusal {
        Supplier<Tokens> current = tokens;
        if (current == null) {
            return Admission.forGood(Caller.ANYBODY);
        }
        if (authorization == null) {
            return admit(subject, current);
        }
        Tokens known = current.get();
        String fingerprint = fingerprint(authorization);
        Optional<Credentials> credentials = Credentials.parse(authorization);
        Optional<Admitted> before = remembered(fingerprint, known);
        if (before.isPresent()) {
            return before.get().admission(current);
        }
        Duration wait = failures.wait(address);
        if (!wait.isZero()) {
            throw new Refusal(
                    Refusal.Kind.TOO_MANY, "too many wrong tokens came from " + address + "; wait a minute", wait);
        }
        Optional<Admitted> admitted = credentials.flatMap(given -> check(fingerprint, given, known));
        if (admitted.isEmpty()) {
            failures.failed(address);
            throw unknown("nobody has this token: it may be mistyped, or revoked");
        }
        return admitted.get().admission(current);
    }

    private static Admission admit(@Nullable String subject, Supplier<Tokens> current) throws Refusal {
        if (subject == null) {
            throw unknown("say who you are: send a token in the header Authorization, as 'Bearer …'");
        }
        Caller caller = current.get()
                .certificate(subject)
                .orElseThrow(() -> unknown("the certificate of " + subject + " is not in the tokens file"));
        return new Admission(
                caller,
                () -> current.get().certificate(subject).filter(caller::equals).isPresent());
    }

    private static Refusal unknown(String message) {
        return new Refusal(Refusal.Kind.UNKNOWN, message, Duration.ZERO);
    }

    private Optional<Admitted> check(String fingerprint, Credentials given, Tokens known) {
        Optional<Tokens.Token> token = known.token(given.name());
        SecretHash hash = token.map(Tokens.Token::hash).orElse(NOBODYS);
        if (!matches(hash, given.secret()) || token.isEmpty()) {
            return Optional.empty();
        }
        Admitted admitted =
                new Admitted(hash, new Caller(given.name(), token.get().role(), given.door()));
        synchronized (remembered) {
            remembered.put(fingerprint, admitted);
        }
        return Optional.of(admitted);
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
    private Optional<Admitted> remembered(String fingerprint, Tokens known) {
        synchronized (remembered) {
            return Optional.ofNullable(remembered.get(fingerprint)).filter(admitted -> admitted.stands(known));
        }
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
