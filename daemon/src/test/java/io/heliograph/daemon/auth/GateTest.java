package io.heliograph.daemon.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.heliograph.daemon.auth.Tokens.Token;
import io.heliograph.daemon.fakes.FakeClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in. */
class GateTest {

    private static final String HERE = "192.0.2.7";
    private static final Token ALICE = new Token(Role.WRITE, SecretHash.ofDrawn("s3cret"));
    private static final Token OLD = new Token(Role.ADMIN, SecretHash.ofPassword("a long password", 1_000));

    private final FakeClock clock = new FakeClock();
    private Tokens tokens = new Tokens(
            Map.of("alice", ALICE, "old", OLD),
            Map.of("CN=deploy,O=Example", new Caller("deploy", Role.READ, "certificate")));
    private final Gate gate = Gate.guarded(() -> tokens, clock);

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private Caller identify(@Nullable String header, @Nullable String subject, String address) throws Refusal {
        return gate.admit(header, subject, address).caller();
    }

    private Refusal refused(@Nullable String header, String address) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> identify(header, null, address));
        assertThat(refusal).as("let in with " + header).isNotNull();
        return refusal;
    }

    @Test
    void when_the_gate_is_open_then_anybody_may_do_everything() throws Exception {
        assertThat(Gate.open().admit(null, null, HERE).caller()).isEqualTo(new Caller("anonymous", Role.ADMIN, "open"));
        assertThat(Gate.open().isGuarded()).isFalse();
    }

    @Test
    void when_the_token_is_right_then_its_bearer_is_known() throws Exception {
        Caller alice = new Caller("alice", Role.WRITE, "token");
        assertThat(identify("Bearer alice.s3cret", null, HERE)).isEqualTo(alice);
        assertThat(identify("bearer  alice.s3cret", null, HERE)).isEqualTo(alice);
    }

    @Test
    void when_an_older_client_sends_name_and_password_then_it_is_known() throws Exception {
        assertThat(identify(basic("alice:s3cret"), null, HERE)).isEqualTo(new Caller("alice", Role.WRITE, "basic"));
        assertThat(identify(basic("alice:alice.s3cret"), null, HERE).name()).isEqualTo("alice");
        for (int i = 0; i < 2; i++) {
            assertThat(identify(basic("old:a long password"), null, HERE).role())
                    .isEqualTo(Role.ADMIN);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer alice.s3crets",
                "Bearer alice.",
                "Bearer alice",
                "Bearer .s3cret",
                "Bearer bob.s3cret",
                "Bearer",
                "",
                "alice.s3cret",
                "Basic !!!",
                "Basic YWxpY2U=",
                "Digest alice.s3cret",
                "Bearer alice.s3cret extra"
            })
    void when_the_token_is_wrong_then_nobody_is_let_in_and_the_answer_does_not_repeat_it(String header) {
        Refusal refusal = refused(header, HERE);
        assertThat(refusal.kind()).isEqualTo(Refusal.Kind.UNKNOWN);
        assertThat(refusal).hasMessage("nobody has this token: it may be mistyped, or revoked");
    }

    @Test
    void when_nothing_is_sent_then_it_says_what_to_send() {
        assertThat(refused(null, HERE))
                .hasMessage("say who you are: send a token in the header Authorization, as 'Bearer …'");
    }

    @Test
    void when_a_certificate_is_known_then_its_subject_is() throws Exception {
        assertThat(identify(null, "CN=deploy,O=Example", HERE))
                .isEqualTo(new Caller("deploy", Role.READ, "certificate"));
        assertThat(catchThrowableOfType(Refusal.class, () -> identify(null, "CN=other", HERE)))
                .hasMessage("the certificate of CN=other is not in the tokens file");
    }

    @Test
    void when_a_token_is_revoked_or_changed_then_who_was_let_in_before_is_not_any_more() throws Exception {
        assertThat(identify("Bearer alice.s3cret", null, HERE).role()).isEqualTo(Role.WRITE);
        tokens = new Tokens(Map.of("alice", new Token(Role.READ, ALICE.hash())), Map.of());
        assertThat(identify("Bearer alice.s3cret", null, HERE).role()).isEqualTo(Role.READ);
        tokens = new Tokens(Map.of("alice", new Token(Role.READ, SecretHash.ofDrawn("another"))), Map.of());
        refused("Bearer alice.s3cret", HERE);
        tokens = Tokens.NONE;
        refused("Bearer alice.another", HERE);
    }

    @Test
    void when_a_token_or_a_certificate_is_not_the_same_any_more_then_an_admission_does_not_stand() throws Exception {
        Admission token = gate.admit("Bearer alice.s3cret", null, HERE);
        Admission again = gate.admit("Bearer alice.s3cret", null, HERE);
        Admission certificate = gate.admit(null, "CN=deploy,O=Example", HERE);
        Tokens before = tokens;
        for (Tokens changed : List.of(
                Tokens.NONE,
                new Tokens(
                        Map.of("alice", new Token(Role.READ, ALICE.hash())),
                        Map.of("CN=deploy,O=Example", new Caller("deploy", Role.WRITE, "certificate"))),
                new Tokens(Map.of("alice", new Token(Role.WRITE, SecretHash.ofDrawn("s3cret"))), Map.of()))) {
            for (Admission each : List.of(token, again, certificate)) {
                tokens = before;
                assertThat(each.stands().getAsBoolean()).isTrue();
                tokens = changed;
                assertThat(each.stands().getAsBoolean())
                        .as(each + " " + changed)
                        .isFalse();
            }
        }
        assertThat(Gate.open().admit(null, null, HERE).stands().getAsBoolean()).isTrue();
    }

    @Test
    void when_too_many_fail_from_an_address_then_it_waits_and_others_do_not() throws Exception {
        assertThat(identify("Bearer alice.s3cret", null, HERE).name()).isEqualTo("alice");
        for (int i = 0; i < FailureLimit.MAX_FAILURES; i++) {
            assertThat(refused("Bearer alice.guess" + i, HERE).kind()).isEqualTo(Refusal.Kind.UNKNOWN);
        }
        Refusal refusal = refused(basic("old:a long password"), HERE);
        assertThat(refusal.kind()).isEqualTo(Refusal.Kind.TOO_MANY);
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMinutes(1));
        assertThat(identify("Bearer alice.s3cret", null, HERE).name())
                .as("who was let in before is not shut out by somebody behind the same address")
                .isEqualTo("alice");
        assertThat(identify(basic("old:a long password"), null, "192.0.2.8").name())
                .isEqualTo("old");

        clock.advance(Duration.ofMinutes(1));
        assertThat(identify(basic("old:a long password"), null, HERE).name()).isEqualTo("old");
        assertThat(refused("Bearer alice.guess", HERE).kind()).isEqualTo(Refusal.Kind.UNKNOWN);
    }

    @Test
    void when_others_guess_from_the_same_address_then_a_drawn_token_is_let_in_though_it_never_was_before()
            throws Exception {
        for (int i = 0; i <= FailureLimit.MAX_FAILURES; i++) {
            refused("Bearer alice.guess" + i, HERE);
        }
        assertThat(refused("Bearer alice.guess", HERE).kind()).isEqualTo(Refusal.Kind.TOO_MANY);
        assertThat(identify("Bearer alice.s3cret", null, HERE).name()).isEqualTo("alice");
    }

    @Test
    void when_many_passwords_are_guessed_at_once_then_no_more_than_the_limit_is_checked_and_few_wait()
            throws Exception {
        Token costly = new Token(Role.ADMIN, SecretHash.ofPassword("a long password", 300_000));
        tokens = new Tokens(Map.of("old", costly), Map.of());
        ExecutorService threads = Executors.newFixedThreadPool(40);
        try {
            List<Callable<Refusal>> guesses =
                    Collections.nCopies(40, () -> refused(basic("old:guess " + UUID.randomUUID()), HERE));
            List<Refusal.Kind> kinds = new ArrayList<>();
            for (Future<Refusal> each : threads.invokeAll(guesses)) {
                kinds.add(each.get().kind());
            }
            assertThat(kinds)
                    .filteredOn(kind -> kind == Refusal.Kind.UNKNOWN)
                    .hasSizeBetween(1, FailureLimit.MAX_FAILURES);
        } finally {
            threads.shutdownNow();
        }
        tokens = new Tokens(Map.of("old", OLD), Map.of());
        assertThat(identify(basic("old:a long password"), null, "192.0.2.9").name())
                .isEqualTo("old");
    }

    @Test
    void when_many_send_the_same_right_password_at_once_then_it_is_checked_once_and_all_are_let_in() throws Exception {
        Token costly = new Token(Role.ADMIN, SecretHash.ofPassword("a long password", 300_000));
        tokens = new Tokens(Map.of("old", costly), Map.of());
        int callers = 30;
        CyclicBarrier together = new CyclicBarrier(callers);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Callable<String>> calls = Collections.nCopies(callers, () -> {
                together.await();
                return identify(basic("old:a long password"), null, HERE).name();
            });
            for (Future<String> each : threads.invokeAll(calls)) {
                assertThat(each.get()).isEqualTo("old");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void when_passwords_are_right_then_they_do_not_count_as_guesses() throws Exception {
        for (int i = 0; i < 3 * FailureLimit.MAX_FAILURES; i++) {
            tokens = new Tokens(Map.of("old", new Token(i % 2 == 0 ? Role.READ : Role.ADMIN, OLD.hash())), Map.of());
            assertThat(identify(basic("old:a long password"), null, HERE).name())
                    .isEqualTo("old");
        }
    }

    @Test
    void when_a_password_begins_with_the_name_then_it_is_known_all_the_same() throws Exception {
        tokens = new Tokens(
                Map.of("ops", new Token(Role.READ, SecretHash.ofPassword("ops.a password", 1_000))), Map.of());
        assertThat(identify(basic("ops:ops.a password"), null, HERE).name()).isEqualTo("ops");
    }

    @Test
    void when_the_clock_is_set_back_then_nobody_waits_longer_than_a_minute() {
        for (int i = 0; i <= FailureLimit.MAX_FAILURES; i++) {
            refused("Bearer alice.guess" + i, HERE);
        }
        clock.advance(Duration.ofHours(-1));
        assertThat(refused("Bearer alice.guess", HERE).kind()).isEqualTo(Refusal.Kind.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "READ, READ, true",
        "READ, WRITE, false",
        "READ, ADMIN, false",
        "READ, NODE, false",
        "WRITE, READ, true",
        "WRITE, WRITE, true",
        "WRITE, ADMIN, false",
        "WRITE, NODE, false",
        "ADMIN, READ, true",
        "ADMIN, WRITE, true",
        "ADMIN, ADMIN, true",
        "ADMIN, NODE, false",
        "NODE, READ, true",
        "NODE, WRITE, false",
        "NODE, ADMIN, false",
        "NODE, NODE, true"
    })
    void when_a_role_is_given_then_it_includes_these(Role role, Role needed, boolean allowed) {
        Caller caller = new Caller("x", role, "token");
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> Gate.require(caller, needed));
        assertThat(refusal == null).isEqualTo(allowed);
        if (refusal != null) {
            assertThat(refusal.kind()).isEqualTo(Refusal.Kind.FORBIDDEN);
            assertThat(refusal).hasMessage("x has the role " + role.word() + "; this needs " + needed.word());
        }
    }
}
