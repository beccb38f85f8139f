package io.heliograph.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RevisionTest {

    private static final long MAX_INDEX = (1L << 40) - 1;

    @Property
    void when_made_of_epoch_and_index_then_it_gives_both_back(
            @ForAll @LongRange(max = Revision.MAX_EPOCH) long epoch, @ForAll @LongRange(max = MAX_INDEX) long index) {
        Revision revision = Revision.of(epoch, index);

        assertThat(revision.epoch()).isEqualTo(epoch);
        assertThat(revision.index()).isEqualTo(index);
        assertThat((long) (double) revision.value()).isEqualTo(revision.value());
    }

    @Property
    void when_compared_then_the_epoch_counts_before_the_index(
            @ForAll @LongRange(max = Revision.MAX_EPOCH) long epoch,
            @ForAll @LongRange(max = MAX_INDEX) long index,
            @ForAll @LongRange(max = Revision.MAX_EPOCH) long otherEpoch,
            @ForAll @LongRange(max = MAX_INDEX) long otherIndex) {
        boolean newer = epoch > otherEpoch || (epoch == otherEpoch && index > otherIndex);

        assertThat(Revision.of(epoch, index).isNewerThan(Revision.of(otherEpoch, otherIndex)))
                .isEqualTo(newer);
        assertThat(Revision.of(epoch, index).compareTo(Revision.of(otherEpoch, otherIndex)) > 0)
                .isEqualTo(newer);
    }

    @Test
    void when_out_of_range_then_it_is_refused() {
        assertThatThrownBy(() -> new Revision(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Revision(Revision.MAX_VALUE + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Revision.of(Revision.MAX_EPOCH + 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Revision.of(0, MAX_INDEX + 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
