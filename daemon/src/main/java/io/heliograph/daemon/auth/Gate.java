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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Decides who calls. Safe for use by several threads. */
public final class Gate {

    /** Passwords are slow to check on purpose: whoever was let in is remembered, this many of them. */
    private static final int MAX_REMEMBERED = 1_000;

    /** Passwords that are checked or wait for it; of threads that can answer something else meanwhile there are more. */
    private static final int MAX_SLOW = 8;

    /** Who may wait for the check of a header like theirs; each of them holds a thread. */
    private static final int MAX_JOINED = 32;

    /** Checked against when a name is unknown, so that the time does not tell it from one with a token. */
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
    private final Semaphore slowPlaces = new Semaphore(MAX_SLOW);
    private final Semaphore joinedPlaces = new Semaphore(MAX_JOINED);
    private final Map<String, CompletableFuture<Optional<Admitted>>> beingChecked = new ConcurrentHashMap<>();
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
        Optional<Admitted> admitted = credentials.isEmpty()
                ? Optional.empty()
                : check(credentials.get(), known.token(credentials.get().name()), address, fingerprint);
        if (admitted.isEmpty()) {
            throw unknown("nobody has this token: it may be mistyped, or revoked");
        }
        return admitted.get().admission(current);
    }

    private void remember(String fingerprint, Admitted admitted) {
        synchronized (remembered) {
            remembered.put(fingerprint, admitted);
        }
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

    /**
     * A drawn secret is checked first, and counted when it is wrong: nobody guesses one, and whoever has the right one is
     * let in whatever others try from the same address. A password is counted first.
     */
    private Optional<Admitted> check(
            Credentials given, Optional<Tokens.Token> token, String address, String fingerprint) throws Refusal {
        SecretHash hash = token.map(Tokens.Token::hash).orElse(NOBODYS);
        Optional<Admitted> whenRight =
                token.map(known -> new Admitted(hash, new Caller(given.name(), known.role(), given.door())));
        if (hash.isSlow()) {
            return checkOnce(fingerprint, () -> {
                begin(address);
                return slowlyMatches(hash, given, address) ? whenRight : Optional.empty();
            });
        }
        if (!hash.matches(given.secret()) || token.isEmpty()) {
            begin(address);
            return Optional.empty();
        }
        whenRight.ifPresent(admitted -> remember(fingerprint, admitted));
        return whenRight;
    }

    private interface Check {
        Optional<Admitted> run() throws Refusal;
    }

    /**
     * Who sends the same header while it is being checked waits for what comes of it, and is not counted: it tells them
     * nothing that the first is not told.
     */
    private Optional<Admitted> checkOnce(String fingerprint, Check check) throws Refusal {
        CompletableFuture<Optional<Admitted>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<Admitted>> first = beingChecked.putIfAbsent(fingerprint, mine);
        if (first != null) {
            return awaitFirst(first);
        }
        try {
            Optional<Admitted> admitted = check.run();
            admitted.ifPresent(right -> remember(fingerprint, right));
            mine.complete(admitted);
            return admitted;
        } catch (Refusal refusal) {
            mine.completeExceptionally(refusal);
            throw refusal;
        } finally {
            mine.complete(Optional.empty());
            beingChecked.remove(fingerprint, mine);
        }
    }

    private Optional<Admitted> awaitFirst(CompletableFuture<Optional<Admitted>> first) throws Refusal {
        if (!joinedPlaces.tryAcquire()) {
            throw busy();
        }
        try {
            return first.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            throw e;
        } finally {
            joinedPlaces.release();
        }
    }

    private static Refusal busy() {
        return new Refusal(
                Refusal.Kind.TOO_MANY,
                "too many passwords are being checked at the moment; try again",
                Duration.ofSeconds(1));
    }

    private void begin(String address) throws Refusal {
        Duration wait = failures.begin(address);
        if (!wait.isZero()) {
            throw new Refusal(
                    Refusal.Kind.TOO_MANY, "too many wrong tokens came from " + address + "; wait a minute", wait);
        }
    }

    /** One at a time, and few wait: guessing passwords keeps one processor busy at the most, and not every thread. */
    private boolean slowlyMatches(SecretHash hash, Credentials given, String address) throws Refusal {
        if (!slowPlaces.tryAcquire()) {
            failures.forgiven(address);
            throw busy();
        }
        try {
            boolean right;
            synchronized (slow) {
                right = hash.matches(given.typed())
                        || (!given.typed().equals(given.secret()) && hash.matches(given.secret()));
            }
            if (right) {
                failures.forgiven(address);
            }
            return right;
        } finally {
            slowPlaces.release();
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
