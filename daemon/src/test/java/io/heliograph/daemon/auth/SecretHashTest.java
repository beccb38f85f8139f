package io.heliograph.daemon.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretHashTest {

    @Test
    void when_a_secret_is_drawn_then_only_it_matches_its_hash_and_two_are_never_the_same() {
        String secret = SecretHash.draw();
        SecretHash hash = SecretHash.ofDrawn(secret);
        assertThat(secret).matches("[A-Za-z0-9_-]{43}");
        assertThat(SecretHash.draw()).isNotEqualTo(secret);
        assertThat(hash.matches(secret)).isTrue();
        assertThat(hash.matches(secret + "x")).isFalse();
        assertThat(hash.matches("")).isFalse();
        assertThat(hash.toString()).doesNotContain(secret);
        assertThat(SecretHash.ofDrawn(secret).toString()).as("salted").isNotEqualTo(hash.toString());
    }

    @Test
    void when_a_hash_is_written_and_read_then_it_still_matches() {
        assertThat(SecretHash.parse(SecretHash.ofDrawn("abc").toString()).matches("abc"))
                .isTrue();
        SecretHash password = SecretHash.ofPassword("correct horse", 1_000);
        SecretHash read = SecretHash.parse(password.toString());
        assertThat(read.matches("correct horse")).isTrue();
        assertThat(read.matches("correct hors")).isFalse();
        assertThat(read.isSlow()).isTrue();
    }

    @Test
    void when_a_password_is_hashed_then_it_takes_as_many_rounds_as_it_should() {
        assertThat(SecretHash.ofPassword("correct horse").toString()).startsWith("pbkdf2-sha256$600000$");
    }

    /** Made with another implementation: Python's hashlib.pbkdf2_hmac. */
    @Test
    void when_the_hash_is_another_implementations_then_it_matches() {
        SecretHash hash =
                SecretHash.parse("pbkdf2-sha256$4096$TmFDbC1hbmQ$FxdfY3libtTCqG6ZmeKElJlkvmS1VEo9b7lExcT3snw");
        assertThat(hash.matches("Password")).isTrue();
        assertThat(hash.matches("password")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "sha256$",
                "sha256$AAAAAAAAAAAAAAAA",
                "sha256$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "sha256$AAAAAAAAAAAAAAAA$AAAA",
                "sha256$!!!!!!!!!!!!!!!!$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "md5$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha256$0$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha256$99999999999$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "pbkdf2-sha256$10000001$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void when_a_hash_is_malformed_then_it_is_refused_without_being_repeated(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretHash.parse(text))
                .withMessage("is no hash that 'heliograph token create' writes");
    }
}
