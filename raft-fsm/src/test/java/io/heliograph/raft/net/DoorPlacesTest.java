package io.heliograph.raft.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who has to go when there are too many. */
class DoorPlacesTest {

    private static Channel from(int lastByte) {
        return new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                try {
                    return new InetSocketAddress(
                            InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) lastByte}), 1000);
                } catch (UnknownHostException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    @Test
    void when_one_address_floods_then_one_of_its_own_goes_and_the_other_address_stays() {
        Strangers strangers = new Strangers(3, new Random(1));
        Channel member = from(1);
        assertThat(strangers.add(member)).isNull();
        List<Channel> flood = new ArrayList<>(List.of(from(9), from(9)));
        flood.forEach(channel -> assertThat(strangers.add(channel)).isNull());

        for (int i = 0; i < 100; i++) {
            Channel next = from(9);
            Channel dropped = strangers.add(next);
            assertThat(dropped).isIn(flood);
            flood.remove(dropped);
            flood.add(next);
        }

        assertThat(strangers.size()).isEqualTo(3);
    }

    @Test
    void when_a_member_shares_the_floods_address_then_it_sometimes_outlives_many_that_come_after_it() {
        Strangers strangers = new Strangers(256, new Random(1));
        for (int i = 0; i < 256; i++) {
            strangers.add(from(9));
        }
        int survived = 0;
        for (int attempt = 0; attempt < 100; attempt++) {
            Channel member = from(9);
            strangers.add(member);
            boolean stays = true;
            for (int i = 0; i < 512; i++) {
                stays &= strangers.add(from(9)) != member;
            }
            survived += stays ? 1 : 0;
        }
        assertThat(survived).isBetween(3, 40);
    }

    @Test
    void when_a_stranger_has_gone_then_its_place_is_free_and_it_is_not_dropped_again() {
        Strangers strangers = new Strangers(1, new Random(1));
        Channel first = from(1);
        strangers.add(first);
        strangers.remove(first);
        strangers.remove(first);
        assertThat(strangers.size()).isZero();

        assertThat(strangers.add(from(2))).isNull();
        assertThat(strangers.size()).isEqualTo(1);
    }

    @Test
    void when_a_member_connects_again_and_again_then_the_oldest_of_its_own_goes() {
        Acquaintances acquaintances = new Acquaintances("a"::equals);
        Channel first = from(1);
        assertThat(acquaintances.add("a", first)).isEmpty();
        for (int i = 1; i < Acquaintances.MAX_OF_ONE_PEER; i++) {
            assertThat(acquaintances.add("a", from(1))).isEmpty();
        }

        assertThat(acquaintances.add("a", from(1))).containsExactly(first);
        assertThat(acquaintances.size()).isEqualTo(Acquaintances.MAX_OF_ONE_PEER);
    }

    @Test
    void when_many_give_other_ids_then_the_one_not_seen_for_longest_goes_and_members_stay() {
        Acquaintances acquaintances = new Acquaintances("a"::equals);
        Channel member = from(1);
        acquaintances.add("a", member);
        Channel eldest = from(2);
        acquaintances.add("stranger", eldest);
        for (int i = 1; i < Acquaintances.MAX_OTHERS; i++) {
            assertThat(acquaintances.add("x" + i, from(3))).isEmpty();
        }

        assertThat(acquaintances.add("one more", from(3))).isEqualTo(List.of(eldest));
        acquaintances.remove("a", member);
        assertThat(acquaintances.size()).isEqualTo(Acquaintances.MAX_OTHERS);
    }
}
