package io.heliograph.fsm;

import static io.heliograph.fsm.Machine.aliased;
import static io.heliograph.fsm.Machine.failover;
import static io.heliograph.fsm.Machine.put;
import static io.heliograph.fsm.Machine.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heliograph.command.Command;
import io.heliograph.command.Golden;
import io.heliograph.kv.WriteSet;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotCodecTest {

    private final SnapshotCodec codec = new SnapshotCodec(Machine.CLUSTER);

    /** The state whose bytes were golden in version 1; never change it. */
    private static Machine exampleOfVersion1() {
        Machine m = new Machine();
        m.register("orders", "db1:3306");
        m.register("größe", "[2001:db8::1]:3307");
        m.done(failover("orders", "db2:3306"));
        m.done(put("feature/x", "on"));
        m.done(submit(aliased("größe", "[2001:db8::1]:3307", "")));
        m.done(Machine.forget("größe"));
        return m;
    }

    /** The state whose bytes are golden; never change it, make another. */
    private static Machine example() {
        Machine m = exampleOfVersion2();
        m.done(new Command.Attributed("alice, token", failover("orders", "db4:3306")));
        return m;
    }

    /** The state whose bytes were golden in version 2; never change it. */
    private static Machine exampleOfVersion2() {
        Machine m = exampleOfVersion1();
        m.register("billing", "db3:3306");
        m.done(new Command.DeleteEntry("feature/x"));
        m.done(new Command.DeleteCluster("billing"));
        return m;
    }

    private static byte[] exampleBytes() {
        return example().machine.snapshot();
    }

    @Test
    void when_a_state_is_written_then_its_bytes_are_the_golden_ones() {
        assertThat(HexFormat.of().formatHex(exampleBytes()))
                .isEqualTo(HexFormat.of().formatHex(Golden.bytes("snapshot-v4")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot-v3", "snapshot-v4"})
    void when_golden_bytes_are_read_then_they_mean_what_they_meant(String name) {
        ReplicatedState read = codec.decode(Golden.bytes(name));
        assertSame(read, example(), 10);
        assertThat(read.failovers().all()).extracting(Failover::by).containsExactly("", "alice, token");
        assertThat(read.isRestored()).isFalse();
    }

    @Test
    void when_golden_bytes_of_the_second_version_are_read_then_nobody_is_named() {
        assertSame(codec.decode(Golden.bytes("snapshot-v2")), exampleOfVersion2(), 9);
    }

    @Test
    void when_golden_bytes_of_the_first_version_are_read_then_only_the_times_are_missing() {
        assertSame(codec.decode(Golden.bytes("snapshot-v1")), exampleOfVersion1(), 6);
    }

    private static void assertSame(ReplicatedState read, Machine machine, long lastIndex) {
        ReplicatedState expected = machine.machine.state();
        assertThat(read.epoch()).isEqualTo(1);
        assertThat(read.lastIndex()).isEqualTo(lastIndex);
        assertThat(read.desired().all())
                .usingElementComparator(Comparator.comparing(WriteSet::revision)
                        .thenComparing(WriteSet::action)
                        .thenComparing(set -> set.entries().toString()))
                .containsExactlyElementsOf(expected.desired().all());
        assertThat(read.clusters().all())
                .containsExactlyElementsOf(expected.clusters().all());
        assertThat(read.failovers().all()).isEqualTo(expected.failovers().all()).isNotEmpty();
    }

    @Test
    void when_an_epoch_was_raised_then_it_is_kept() {
        byte[] bytes = codec.encode(new ReplicatedState(5, 77));
        assertThat(codec.decode(bytes).epoch()).isEqualTo(5);
        assertThat(codec.decode(bytes).lastIndex()).isEqualTo(77);
    }

    @Test
    void when_any_bit_is_flipped_then_it_is_no_snapshot() {
        byte[] good = exampleBytes();
        for (int place = 0; place < good.length; place++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = good.clone();
                bad[place] ^= (byte) (1 << bit);
                assertRefused(bad);
            }
        }
    }

    @Test
    void when_bytes_end_early_or_late_then_they_are_no_snapshot() {
        byte[] good = exampleBytes();
        for (int length = 0; length < good.length; length++) {
            assertRefused(Arrays.copyOf(good, length));
        }
        assertRefused(Arrays.copyOf(good, good.length + 1));
    }

    @Property(tries = 1000)
    void when_bytes_are_noise_then_they_are_no_snapshot(@ForAll @Size(max = 100) byte[] noise) {
        assertRefused(noise);
    }

    /** Somebody who repairs the checksum does not get a bad state in either. */
    @Property(tries = 2000)
    void when_bytes_are_noise_with_a_good_checksum_then_nothing_but_a_snapshot_exception_comes_out(
            @ForAll @Size(min = 1, max = 200) byte[] noise, @ForAll int place) {
        byte[] bytes = exampleBytes();
        int from = 8 + Math.floorMod(place, bytes.length - 12);
        System.arraycopy(noise, 0, bytes, from, Math.min(noise.length, bytes.length - 4 - from));
        try {
            codec.decode(withChecksum(bytes));
        } catch (SnapshotException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static byte[] withChecksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
        return bytes;
    }

    @Test
    void when_it_is_of_another_cluster_then_both_are_named() {
        assertThatThrownBy(() -> new SnapshotCodec("other").decode(exampleBytes()))
                .isInstanceOf(SnapshotException.class)
                .hasMessage("a snapshot of cluster 'test', this one is 'other'");
    }

    @Test
    void when_the_version_is_newer_then_it_says_so_before_it_looks_at_anything_else() {
        byte[] bytes = exampleBytes();
        ByteBuffer.wrap(bytes).putInt(4, 5);
        assertThatThrownBy(() -> codec.decode(bytes))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("format version 5")
                .hasMessageContaining("run the newer version");
    }

    private void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> codec.decode(bytes))
                .isInstanceOf(SnapshotException.class)
                .satisfies(e -> assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n"));
    }
}
