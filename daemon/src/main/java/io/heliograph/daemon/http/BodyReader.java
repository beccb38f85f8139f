package io.heliograph.daemon.http;

import io.heliograph.daemon.config.Durations;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Reads bodies without a thread that waits for them: however many clients send slowly, the threads stay free for others.
 * What all bodies together hold is bounded, too. Safe for use by several threads.
 */
final class BodyReader {

    /** How long clients have, from the first byte to the last. */
    static final Duration LIMIT = Duration.ofSeconds(20);

    /**
     * What is read and thrown away after a body has become too large. A client that sends all of it before it looks for
     * an answer would otherwise find a broken connection.
     */
    private static final long DISCARD_BYTES = 16 * 1024 * 1024;

    private static final long MAX_HELD_BYTES = 64 * 1024 * 1024;

    private final AtomicLong held = new AtomicLong();
    private final Duration timeLimit;

    /**
     * @param timeLimit how long a body may take
     */
    BodyReader(Duration timeLimit) {
        this.timeLimit = timeLimit;
    }

    /**
     * The body. Fails with an {@link HttpProblem}: 413 when it is longer than {@code limit} bytes, 400 when it ends
     * early, 408 when it takes too long, 503 when other bodies take all the room there is.
     */
    CompletableFuture<byte[]> read(Request request, int limit) {
        if (request.getLength() == 0) {
            return CompletableFuture.completedFuture(new byte[0]);
        }
        boolean waitsForLeave = request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
        if (request.getLength() > (waitsForLeave ? limit : limit + DISCARD_BYTES)) {
            return CompletableFuture.failedFuture(tooLarge(limit));
        }
        Reading reading = new Reading(request, limit);
        reading.more();
        return reading.done
                .orTimeout(timeLimit.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((body, failure) -> held.addAndGet(-reading.taken.getAndSet(0)))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        HttpProblem.causeOf(failure) instanceof TimeoutException
                                ? new HttpProblem(
                                        ProblemKind.REQUEST_TIMEOUT,
                                        "the body did not come in within " + Durations.text(timeLimit))
                                : failure));
    }

    private static HttpProblem tooLarge(int limit) {
        return new HttpProblem(ProblemKind.TOO_LARGE, "the body is larger than " + limit + " bytes");
    }

    /** One body on its way in. Jetty calls {@link #more} from one thread at a time. */
    private final class Reading {

        private final Request request;
        private final int limit;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> done = new CompletableFuture<>();
        private final AtomicLong taken = new AtomicLong();
        private long received;

        Reading(Request request, int limit) {
            this.request = request;
            this.limit = limit;
        }

        void more() {
            while (!done.isDone()) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    request.demand(this::more);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    done.completeExceptionally(new HttpProblem(ProblemKind.BAD_REQUEST, "the body ended early"));
                    return;
                }
                take(chunk);
            }
        }

        private void take(Content.Chunk chunk) {
            int length = chunk.remaining();
            received += length;
            boolean fits = received <= limit;
            if (fits && !hold(length)) {
                chunk.release();
                done.completeExceptionally(
                        new HttpProblem(ProblemKind.BUSY, "too many large bodies at once; try again in a moment"));
                return;
            }
            if (fits) {
                byte[] part = new byte[length];
                chunk.getByteBuffer().get(part);
                bytes.writeBytes(part);
            }
            chunk.release();
            if (chunk.isLast() && fits) {
                done.complete(bytes.toByteArray());
            } else if (chunk.isLast() || received > limit + DISCARD_BYTES) {
                done.completeExceptionally(tooLarge(limit));
            }
        }

        private boolean hold(int length) {
            if (held.addAndGet(length) > MAX_HELD_BYTES) {
                held.addAndGet(-length);
                return false;
            }
            taken.addAndGet(length);
            if (done.isDone()) {
                held.addAndGet(-taken.getAndSet(0)); // it ran out of time just now, and nobody else gives this back
            }
            return true;
        }
    }
}
