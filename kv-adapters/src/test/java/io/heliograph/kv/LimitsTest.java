package io.heliograph.kv;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "mysql/master/orders",
                "a.b-c_d:1@x+y=~,",
                "\u00fc/\u4e2d",
                "a/...",
                "zookeepers/a",
                "heliographs/a",
                "a/heliograph"
            })
    void when_every_store_can_hold_the_key_then_it_passes(String key) {
        assertThatCode(() -> Limits.checkKey(key)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/a",
                "a/",
                "a//b",
                "a/./b",
                "..",
                "a b",
                "a%2Fb",
                "a?b",
                "a#b",
                "a\\b",
                "a\nb",
                "a\u0000",
                "\ud83d\ude80",
                "a*",
                "zookeeper",
                "zookeeper/quota",
                "heliograph",
                "heliograph/owner"
            })
    void when_some_store_cannot_hold_the_key_then_it_is_refused(String key) {
        assertThatThrownBy(() -> Limits.checkKey(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void when_the_key_is_refused_then_the_message_names_the_character_and_its_place() {
        assertThatThrownBy(() -> Limits.checkKey("a/b c"))
                .hasMessageContaining("U+0020")
                .hasMessageContaining("position 4");
    }

    @Test
    void when_lengths_are_at_the_limit_then_bytes_count_and_not_characters() {
        assertThatCode(() -> Limits.checkKey("\u00fc".repeat(256))).doesNotThrowAnyException();
        assertThatThrownBy(() -> Limits.checkKey("\u00fc".repeat(257))).hasMessageContaining("514 bytes");
        assertThatCode(() -> Limits.checkValue("k", "x".repeat(Limits.MAX_VALUE_BYTES)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Limits.checkValue("k", "x".repeat(Limits.MAX_VALUE_BYTES) + "\u00fc"))
                .hasMessageContaining("too large");
    }

    @Property
    void when_the_key_is_made_of_allowed_segments_then_it_passes(@ForAll("keys") String key) {
        Limits.checkKey(key);
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('0', '9')
                .withChars("_-:@+=~,")
                .ofMinLength(1)
                .ofMaxLength(20)
                .list()
                .ofMinSize(1)
                .ofMaxSize(10)
                .map(segments -> "k/" + String.join("/", segments));
    }
}
