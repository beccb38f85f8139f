package io.heliograph.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.command.Command.PutEntry;
import io.heliograph.command.Command.SubmitMasters;
import io.heliograph.kv.Entry;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandCodecTest {

    private static final Set<Integer> WIRE_IDS =
            Arrays.stream(Command.Type.values()).map(Command.Type::wireId).collect(Collectors.toSet());

    @Test
    void when_a_kind_of_command_is_added_then_it_needs_golden_bytes_and_a_generator() {
        Set<Class<?>> kinds = Set.of(Command.class.getPermittedSubclasses());
        assertThat(Commands.byKind().keySet()).containsExactlyInAnyOrderElementsOf(classes(kinds));
        assertThat(Commands.examples().values().stream().map(Object::getClass).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(kinds);
        assertThat(Commands.examples().values().stream().map(Command::type).distinct())
                .containsExactlyInAnyOrder(Command.Type.values());
    }

    private static List<Class<? extends Command>> classes(Set<Class<?>> kinds) {
        return kinds.stream()
                .<Class<? extends Command>>map(kind -> kind.asSubclass(Command.class))
                .toList();
    }

    @Test
    void when_wire_ids_are_read_then_they_are_those_that_were_released() {
        assertThat(Arrays.stream(Command.Type.values()).map(type -> type + "=" + type.wireId()))
                .containsExactly(
                        "BARRIER=1",
                        "SET_MASTER=2",
                        "SUBMIT_MASTERS=3",
                        "FORGET_CLUSTER=4",
                        "PUT_ENTRY=5",
                        "RAISE_EPOCH=6",
                        "DELETE_ENTRY=7",
                        "DELETE_CLUSTER=8",
                        "ATTRIBUTED=9",
                        "SET_ALIAS=10",
                        "BEGIN_EPOCH=11");
    }

    static Stream<String> examples() {
        return Commands.examples().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void when_golden_bytes_are_read_then_they_mean_what_they_meant(String name) {
        assertThat(CommandCodec.decode(Golden.bytes(name)))
                .isEqualTo(Commands.examples().get(name));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void when_a_command_is_written_then_its_bytes_are_the_golden_ones(String name) {
        byte[] bytes = CommandCodec.encode(Commands.examples().get(name));
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(HexFormat.of().formatHex(Golden.bytes(name)));
    }

    @Provide
    Arbitrary<Command> commands() {
        return Commands.any();
    }

    @Property(tries = 500)
    void when_a_command_is_written_and_read_then_it_is_the_same(@ForAll("commands") Command command) {
        assertThat(CommandCodec.decode(CommandCodec.encode(command))).isEqualTo(command);
    }

    @Property(tries = 100)
    void when_bytes_end_early_then_they_are_refused(@ForAll("commands") Command command) {
        byte[] bytes = CommandCodec.encode(command);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> CommandCodec.decode(cut)).isInstanceOf(UndecodableCommandException.class);
        }
    }

    @Property(tries = 200)
    void when_bytes_are_left_over_then_they_are_refused(
            @ForAll("commands") Command command, @ForAll @Size(min = 1, max = 9) byte[] more) {
        byte[] bytes = CommandCodec.encode(command);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, longer, bytes.length, more.length);
        assertThatThrownBy(() -> CommandCodec.decode(longer))
                .isInstanceOf(UndecodableCommandException.class)
                .hasMessageContaining("left over");
    }

    @Property(tries = 2000)
    void when_bytes_are_changed_then_they_are_another_command_or_are_refused(
            @ForAll("commands") Command command,
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 400) Integer> places,
            @ForAll byte change) {
        byte[] bytes = CommandCodec.encode(command);
        places.forEach(place -> bytes[place % bytes.length] ^= change);
        decodesOrIsRefused(bytes);
    }

    @Test
    void when_attributions_are_inside_each_other_then_it_is_refused_however_many() {
        byte[] bytes = new byte[300_002];
        bytes[0] = 1;
        for (int at = 1; at + 6 < bytes.length; at += 6) {
            bytes[at] = 9;
            bytes[at + 4] = 1;
            bytes[at + 5] = 'a';
        }
        assertThatThrownBy(() -> CommandCodec.decode(bytes)).isInstanceOf(UndecodableCommandException.class);
    }

    @Property(tries = 2000)
    void when_bytes_are_noise_then_they_are_a_command_or_are_refused(
            @ForAll @Size(max = 60) byte[] noise, @ForAll @IntRange(min = 0, max = 10) int type) {
        byte[] bytes = new byte[noise.length + 2];
        System.arraycopy(noise, 0, bytes, 2, noise.length);
        bytes[0] = 1;
        bytes[1] = (byte) type;
        decodesOrIsRefused(bytes);
        decodesOrIsRefused(noise);
    }

    private static void decodesOrIsRefused(byte[] bytes) {
        try {
            Command command = CommandCodec.decode(bytes);
            assertThat(CommandCodec.decode(CommandCodec.encode(command))).isEqualTo(command);
        } catch (UndecodableCommandException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @Test
    void when_the_version_is_another_then_it_is_named_and_refused() {
        for (int version = 0; version <= 255; version++) {
            byte[] bytes = {(byte) version, 1};
            if (version == 1) {
                assertThat(CommandCodec.decode(bytes)).isEqualTo(new Command.Barrier());
            } else {
                assertThatThrownBy(() -> CommandCodec.decode(bytes))
                        .isInstanceOf(UndecodableCommandException.class)
                        .hasMessageContaining("format version " + (bytes[0] & 0xff) + ",");
            }
        }
    }

    @Test
    void when_the_type_is_unknown_then_it_is_named_and_refused() {
        for (int type = 0; type <= 255; type++) {
            byte[] bytes = {1, (byte) type};
            if (!WIRE_IDS.contains(type)) {
                assertThatThrownBy(() -> CommandCodec.decode(bytes))
                        .isInstanceOf(UndecodableCommandException.class)
                        .hasMessageContaining("unknown command type " + (bytes[1] & 0xff));
            }
        }
    }

    @Test
    void when_a_string_is_not_utf_8_then_it_is_refused() {
        byte[] bytes = HexFormat.of().parseHex("0104" + "00000002" + "c328");
        assertThatThrownBy(() -> CommandCodec.decode(bytes))
                .isInstanceOf(UndecodableCommandException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void when_a_length_is_absurd_then_nothing_of_that_length_is_made() {
        for (String length : List.of("7fffffff", "ffffffff", "80000000")) {
            byte[] string = HexFormat.of().parseHex("0104" + length + "61");
            byte[] list = HexFormat.of().parseHex("0103" + "0000000161" + length);
            assertThatThrownBy(() -> CommandCodec.decode(string)).isInstanceOf(UndecodableCommandException.class);
            assertThatThrownBy(() -> CommandCodec.decode(list))
                    .isInstanceOf(UndecodableCommandException.class)
                    .hasMessageContaining("masters in one command");
        }
    }

    @Test
    void when_a_command_is_as_large_as_allowed_then_it_is_read_again() {
        List<Command.AliasedMaster> masters = Stream.generate(() -> new Command.AliasedMaster("a", Commands.IPV4))
                .limit(Command.MAX_SUBMIT)
                .toList();
        Command submit = new SubmitMasters("p", masters, 0);
        Command put = new PutEntry(new Entry("k", "x".repeat(512 * 1024)));
        assertThat(CommandCodec.decode(CommandCodec.encode(submit))).isEqualTo(submit);
        assertThat(CommandCodec.decode(CommandCodec.encode(put))).isEqualTo(put);
    }
}
