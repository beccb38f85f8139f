package io.heliograph.daemon.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * One reader of events (server-sent events, WHATWG HTML section 9.2). What it has not taken yet is kept, up to a bound;
 * a reader that falls behind further is cut off, and asks again. No thread waits for it. Safe for use by several threads.
 */
final class EventStream {

    /** All streams together, when every reader is slow, must leave most of a small heap to others. */
    private static final int MAX_QUEUED_BYTES = 128 * 1024;

    private final Response response;
    private final Callback whole;
    private final BooleanSupplier allowed;
    private final Consumer<EventStream> onEnd;
    private final Deque<byte[]> queue = new ArrayDeque<>();
    private int queued;
    private boolean writing;
    private boolean ended;

    /**
     * @param whole completes the response
     * @param allowed whether the reader may still see what happens
     * @param onEnd is told once, when the reader is gone
     */
    EventStream(Response response, Callback whole, BooleanSupplier allowed, Consumer<EventStream> onEnd) {
        this.response = response;
        this.whole = whole;
        this.allowed = allowed;
        this.onEnd = onEnd;
    }

    /** Sends text as it is. Returns at once. */
    void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean tooMuch;
        synchronized (this) {
            if (ended) {
                return;
            }
            queued += bytes.length;
            tooMuch = queued > MAX_QUEUED_BYTES;
            queue.add(bytes);
            if (writing && !tooMuch) {
                return;
            }
            writing = true;
        }
        if (tooMuch) {
            end(new IllegalStateException("the reader is too slow"));
        } else {
            writeNext();
        }
    }

    /** All that waits goes into one write: what completes at once does not pile up on the stack, event by event. */
    private void writeNext() {
        ByteBuffer next;
        synchronized (this) {
            if (ended || queue.isEmpty()) {
                writing = false;
                return;
            }
            next = ByteBuffer.allocate(
                    queue.stream().mapToInt(each -> each.length).sum());
            queue.forEach(next::put);
            queue.clear();
            next.flip();
        }
        int length = next.remaining();
        response.write(false, next, Callback.from(() -> written(length), this::end));
    }

    private void written(int length) {
        synchronized (this) {
            queued -= length;
        }
        writeNext();
    }

    private void end(Throwable why) {
        if (markEnded()) {
            whole.failed(why);
            onEnd.accept(this);
        }
    }

    /** Ends it in good order where the reader may not see more; it asks again, and is told why. */
    void endUnlessAllowed() {
        if (!allowed.getAsBoolean()) {
            end();
        }
    }

    /** Ends it in good order. */
    void end() {
        if (markEnded()) {
            whole.succeeded();
            onEnd.accept(this);
        }
    }

    private synchronized boolean markEnded() {
        boolean first = !ended;
        ended = true;
        queue.clear();
        return first;
    }
}
