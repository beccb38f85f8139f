package io.heliograph.fsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.command.HostPort;
import io.heliograph.fsm.CommandResult.Done;
import io.heliograph.fsm.CommandResult.Reason;
import io.heliograph.fsm.CommandResult.Refused;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResultCodecTest {

    static Stream<CommandResult> results() {
        Stream<CommandResult> refusals = Arrays.stream(Reason.values())
                .flatMap(reason -> Stream.of(
                        new Refused(reason, "no: ☠", null), new Refused(reason, "", new HostPort("db1", 3306))));
        return Stream.concat(
                refusals,
                Stream.of(
                        new Done(Revision.NONE, false, List.of()),
                        new Done(Revision.of(3, 9), true, List.of(new Entry("a", ""), new Entry("b", "ü")))));
    }

    @ParameterizedTest
    @MethodSource("results")
    void when_a_result_is_written_and_read_then_it_is_the_same(CommandResult result) {
        assertThat(ResultCodec.decode(ResultCodec.encode(result))).isEqualTo(result);
    }

    @ParameterizedTest
    @MethodSource("results")
    void when_a_result_ends_early_then_it_is_refused(CommandResult result) {
        byte[] bytes = ResultCodec.encode(result);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ResultCodec.decode(cut)).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void when_a_reason_is_unknown_then_it_is_refused() {
        assertThatThrownBy(() -> ResultCodec.decode(new byte[] {2, 99})).isInstanceOf(UncheckedIOException.class);
    }
}
