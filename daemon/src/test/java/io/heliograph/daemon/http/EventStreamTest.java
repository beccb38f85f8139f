package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** One reader, whose network is in the test's hands. */
class EventStreamTest {

    private final List<String> written = new ArrayList<>();
    private final Deque<Callback> pending = new ArrayDeque<>();
    private final List<String> ends = new ArrayList<>();
    private boolean atOnce;
    private final EventStream stream = new EventStream(
            response(),
            Callback.from(() -> ends.add("in good order"), failure -> ends.add(String.valueOf(failure.getMessage()))),
            () -> true,
            each -> ends.add("told"));

    /** Takes what is written, and says so when the test lets it. */
    private Response response() {
        return (Response) Proxy.newProxyInstance(
                EventStreamTest.class.getClassLoader(), new Class<?>[] {Response.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("write");
                    assertThat(arguments[0]).isEqualTo(false);
                    written.add(StandardCharsets.UTF_8
                            .decode(((ByteBuffer) arguments[1]).duplicate())
                            .toString());
                    if (atOnce) {
                        ((Callback) arguments[2]).succeeded();
                    } else {
                        pending.add((Callback) arguments[2]);
                    }
                    return null;
                });
    }

    @Test
    void when_the_reader_takes_its_time_then_one_write_is_under_way_and_nothing_is_lost_or_reordered() {
        stream.send("a");
        stream.send("b");
        stream.send("c");
        assertThat(written).containsExactly("a");
        pending.remove().succeeded();
        assertThat(written).containsExactly("a", "bc");
        pending.remove().succeeded();
        stream.send("d");
        assertThat(written).containsExactly("a", "bc", "d");
        assertThat(ends).isEmpty();
    }

    @Test
    void when_the_reader_falls_too_far_behind_then_it_is_cut_off_once_and_takes_no_more_room() {
        String large = "x".repeat(100_000);
        for (int i = 0; i < 20; i++) {
            stream.send(large);
        }
        assertThat(written).hasSize(1);
        assertThat(ends).containsExactly("the reader is too slow", "told");
        pending.remove().succeeded();
        assertThat(written).hasSize(1);
    }

    @Test
    void when_a_reader_catches_up_with_much_then_it_takes_no_more_of_the_stack_than_one_event() {
        stream.send("first");
        for (int i = 0; i < 20_000; i++) {
            stream.send("e" + i % 10);
        }
        atOnce = true;
        pending.remove().succeeded();
        assertThat(String.join("", written)).hasSize("first".length() + 40_000);
        assertThat(ends).isEmpty();
    }

    @Test
    void when_the_connection_breaks_then_it_is_told_once() {
        stream.send("a");
        pending.remove().failed(new IllegalStateException("broken pipe"));
        stream.send("b");
        stream.end();
        assertThat(ends).containsExactly("broken pipe", "told");
        assertThat(written).containsExactly("a");
    }

    @Test
    void when_it_is_ended_then_it_is_in_good_order() {
        stream.send("a");
        stream.end();
        pending.remove().succeeded();
        assertThat(ends).containsExactly("in good order", "told");
    }
}
