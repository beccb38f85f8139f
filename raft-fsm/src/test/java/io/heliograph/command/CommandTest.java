package io.heliograph.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.command.Command.AliasedMaster;
import io.heliograph.command.Command.SetMaster;
import io.heliograph.command.Command.SubmitMasters;
import io.heliograph.kv.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command may hold, and what a master publishes. */
class CommandTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "orders", "or.ders", "..."})
    void when_an_alias_is_good_then_it_passes(String alias) {
        assertThatCode(() -> Command.checkAlias(alias)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a/b|'/' (U+002F) at position 2",
                "a b|U+0020 at position 2",
                "größe!|'!' (U+0021) at position 6",
                "a%2Fb|'%' (U+0025) at position 2",
                "\uD83D\uDE00|'\uD83D\uDE00' (U+1F600) at position 1"
            })
    void when_an_alias_has_a_bad_character_then_the_character_and_its_place_are_named(String alias, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.checkAlias(alias))
                .withMessageContaining("alias '" + alias + "'")
                .withMessageContaining(named);
    }

    @Test
    void when_an_alias_has_a_control_character_then_the_message_is_one_line() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.checkAlias("a\nb"))
                .withMessageContaining("U+000A at position 2")
                .withMessageMatching("[^\\p{Cntrl}]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ".."})
    void when_an_alias_is_a_step_in_a_path_then_it_is_refused(String alias) {
        assertThatIllegalArgumentException().isThrownBy(() -> Command.checkAlias(alias));
    }

    @Test
    void when_an_alias_is_empty_or_too_long_then_its_length_is_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.checkAlias(""))
                .withMessageContaining("not 0");
        Command.checkAlias("a".repeat(128));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.checkAlias("a".repeat(129)))
                .withMessageContaining("1 to 128 characters, not 129");
    }

    @Test
    void when_the_keys_would_be_too_long_then_no_such_command_can_be_made() {
        assertThatIllegalArgumentException().isThrownBy(() -> set("漢".repeat(128), "p".repeat(101), ""));
        assertThatCode(() -> set("漢".repeat(128), "p".repeat(100), "")).doesNotThrowAnyException();
    }

    @Test
    void when_a_reason_is_too_long_then_no_such_command_can_be_made() {
        assertThatCode(() -> set("a", "p", "r".repeat(1000))).doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> set("a", "p", "r".repeat(1001)))
                .withMessageContaining("1001");
    }

    private static SetMaster set(String alias, String prefix, String reason) {
        return new SetMaster(alias, prefix, Commands.IPV4, null, true, reason, 0);
    }

    @Test
    void when_too_many_masters_are_submitted_then_no_such_command_can_be_made() {
        List<AliasedMaster> masters = Collections.nCopies(501, new AliasedMaster("a", Commands.IPV4));
        assertThatIllegalArgumentException().isThrownBy(() -> new SubmitMasters("p", masters, 0));
    }

    @Test
    void when_the_list_behind_a_command_changes_then_the_command_does_not() {
        List<AliasedMaster> masters = new ArrayList<>(List.of(new AliasedMaster("a", Commands.IPV4)));
        SubmitMasters command = new SubmitMasters("p", masters, 0);
        masters.clear();
        assertThat(command.masters()).hasSize(1);
        assertThatThrownBy(() -> command.masters().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void when_a_master_is_published_then_there_are_five_entries_head_first() {
        assertThat(Commands.IPV6.entries("mysql/master", "orders"))
                .containsExactly(
                        new Entry("mysql/master/orders", "[2001:db8::2]:65535"),
                        new Entry("mysql/master/orders/hostname", "2001:db8::2"),
                        new Entry("mysql/master/orders/port", "65535"),
                        new Entry("mysql/master/orders/ipv4", ""),
                        new Entry("mysql/master/orders/ipv6", "2001:db8:0:0:0:0:0:2"));
    }
}
