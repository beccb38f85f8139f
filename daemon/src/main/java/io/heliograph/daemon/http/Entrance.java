package io.heliograph.daemon.http;

import io.heliograph.daemon.auth.Admission;
import io.heliograph.daemon.auth.Caller;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns Jetty's requests into ours, and whatever goes wrong into an answer. */
final class Entrance extends Handler.Abstract {

    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);

    /** What writes below {@code /v1} can be asked for in the query. */
    private static final Set<String> WRITE_PARAMETERS = Set.of("wait", "timeout", "deleteKeys");

    private final AtomicInteger underWay = new AtomicInteger();
    private final BodyReader bodies;
    private final Guard guard;
    private volatile @Nullable Router router;
    private volatile boolean draining;
    private volatile IntConsumer onAnswer = status -> {};

    Entrance(Guard guard, BodyReader bodies) {
        this.guard = guard;
        this.bodies = bodies;
    }

    /**
     * @param statuses is told the status of every answer
     */
    void open(Router routes, IntConsumer statuses) {
        onAnswer = statuses;
        router = routes;
    }

    List<Router.Known> routes() {
        Router ready = router;
        return ready == null ? List.of() : ready.known();
    }

    /** Every answer from now on ends its connection. */
    void drain() {
        draining = true;
    }

    /** How many requests have no answer yet. */
    int underWay() {
        return underWay.get();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        underWay.incrementAndGet();
        Callback counted = Callback.from(callback, underWay::decrementAndGet);
        Router.Match match;
        try {
            match = match(request);
            if (match.handler() instanceof Router.StreamHandler stream) {
                Admission admission = guard.admit(request, match.access());
                if (request.getMethod().equals("HEAD")) {
                    finish(request, response, counted, Answer.text(200, ""));
                    return true;
                }
                request.addIdleTimeoutListener(timeout -> false);
                stream.open(response, callback, admission.stands());
                underWay.decrementAndGet();
                onAnswer.accept(200);
                return true;
            }
        } catch (RuntimeException e) {
            finish(request, response, counted, failed(request, e));
            return true;
        }
        answer(request, match)
                .whenComplete((answer, failure) ->
                        finish(request, response, counted, failure == null ? answer : failed(request, failure)));
        return true;
    }

    private void finish(Request request, Response response, Callback callback, Answer answer) {
        // a body that nobody read ends the connection: said here, so that nobody asks again on it
        if (draining || !request.consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        onAnswer.accept(answer.status());
        boolean isOlder = request.getHttpURI().getPath().startsWith("/api/");
        send(isOlder ? OrchestratorApi.withCode(answer) : answer, response, callback);
    }

    private Router.Match match(Request request) {
        Router ready = router;
        if (ready == null) {
            throw new HttpProblem(ProblemKind.STARTING, "this node is starting");
        }
        return ready.find(request.getMethod(), segments(request));
    }

    private CompletableFuture<Answer> answer(Request request, Router.Match match) {
        try {
            return match.access().changes() ? audited(request, match) : admitted(request, match, exchange -> {});
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Answer> audited(Request request, Router.Match match) {
        AtomicReference<@Nullable Exchange> began = new AtomicReference<>();
        CompletableFuture<Answer> answered;
        try {
            answered = admitted(request, match, began::set);
        } catch (RuntimeException e) {
            answered = CompletableFuture.failedFuture(e);
        }
        return answered.handle((answer, failure) -> failure == null ? answer : failed(request, failure))
                .whenComplete((answer, never) -> {
                    Exchange exchange = began.get();
                    Audit.tell(
                            request,
                            exchange == null ? Guard.known(request).orElse(null) : exchange.caller(),
                            answer,
                            exchange == null ? null : exchange.outcome());
                });
    }

    private CompletableFuture<Answer> admitted(Request request, Router.Match match, Consumer<Exchange> began) {
        Caller caller = guard.admit(request, match.access()).caller();
        return bodies.read(request, match.access().maxBodyBytes()).thenCompose(body -> {
            // whoever waits for its answer may be silent
            request.addIdleTimeoutListener(timeout -> false);
            Exchange exchange = new Exchange(request, match.pathValues(), body, caller);
            began.accept(exchange);
            if (match.access().changes() && request.getHttpURI().getPath().startsWith("/v1/")) {
                exchange.checkQueryNames(WRITE_PARAMETERS);
            }
            return match.handler().begin(exchange);
        });
    }

    private static Answer failed(Request request, Throwable failure) {
        Throwable cause = HttpProblem.causeOf(failure);
        if (cause instanceof HttpProblem problem) {
            return problem.answer();
        }
        LOG.error("{} {} failed", request.getMethod(), request.getHttpURI().getPath(), cause);
        return ProblemKind.FAULT.answer("this is a fault of heliograph; its log says more");
    }

    /** Decoded; a trailing slash does not count. */
    private static List<String> segments(Request request) {
        String path = request.getHttpURI().getPath();
        List<String> segments = new ArrayList<>();
        try {
            for (String segment : path.substring(1).split("/", -1)) {
                segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        } catch (RuntimeException e) {
            throw new HttpProblem(ProblemKind.BAD_REQUEST, "the path cannot be decoded");
        }
        if (segments.size() > 1 && segments.get(segments.size() - 1).isEmpty()) {
            segments.remove(segments.size() - 1);
        }
        return segments;
    }

    private static void send(Answer answer, Response response, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        byte[] bytes = answer.bytes();
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }

    /** What Jetty refuses before a handler sees it. */
    static final class ErrorAnswers extends ErrorHandler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int status = response.getStatus();
            Object message = request.getAttribute(ERROR_MESSAGE);
            String detail = message == null ? "refused" : message.toString();
            // the path is what Jetty looks at when all else could be read
            ProblemKind kind = status == 400 ? ProblemKind.BAD_REQUEST : ProblemKind.NOT_HTTP;
            Answer refusal = kind.answer(status, detail);
            send(isNewer(request) ? refusal : OrchestratorApi.withCode(refusal), response, callback);
            return true;
        }

        /** A path that cannot be read may well be an older client's. */
        private static boolean isNewer(Request request) {
            String path = request.getHttpURI().getPath();
            return path != null && path.startsWith("/v1/");
        }
    }
}
