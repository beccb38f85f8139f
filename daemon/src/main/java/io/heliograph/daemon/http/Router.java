package io.heliograph.daemon.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Finds the handler of a path. A pattern's segment is a word, {@code {name}} for any one segment, or {@code {name*}} at
 * the end for one or more. Filled before the server starts, then only read.
 */
final class Router {

    /** Answers a request; may block. */
    interface Handler {
        Answer handle(Exchange exchange);

        /** Begins to answer; the thread is free when this returns. */
        default CompletableFuture<Answer> begin(Exchange exchange) {
            return CompletableFuture.completedFuture(handle(exchange));
        }
    }

    /** Answers a request that takes long without a thread that waits; may block before it returns. */
    interface LaterHandler extends Handler {
        @Override
        CompletableFuture<Answer> begin(Exchange exchange);

        @Override
        default Answer handle(Exchange exchange) {
            return begin(exchange).join();
        }
    }

    /** Answers with a response that goes on and on; must not block. */
    interface StreamHandler extends Handler {
        /**
         * Begins, and completes {@code callback} at the end.
         *
         * @param allowed whether whoever asked may still see it; it has to end within about a second when not
         */
        void open(Response response, Callback callback, BooleanSupplier allowed);

        @Override
        default Answer handle(Exchange exchange) {
            throw new IllegalStateException("a stream has no one answer");
        }
    }

    /**
     * @param handler who answers
     * @param pathValues the decoded values of the pattern's names
     * @param access what is asked of the request
     */
    record Match(Handler handler, Map<String, String> pathValues, Access access) {}

    /**
     * @param pattern as it was added
     */
    record Known(String method, String pattern, Access access) {}

    private record Route(String method, List<String> pattern, Access access, Handler handler) {}

    private final List<Route> routes = new ArrayList<>();

    Router add(String method, String pattern, Handler handler) {
        return add(method, pattern, Access.usual(method), handler);
    }

    Router add(String method, String pattern, Access access, Handler handler) {
        routes.add(new Route(method, List.of(pattern.substring(1).split("/")), access, handler));
        return this;
    }

    Router addLater(String method, String pattern, Access access, LaterHandler handler) {
        return add(method, pattern, access, handler);
    }

    Router addStream(String pattern, StreamHandler handler) {
        return add("GET", pattern, handler);
    }

    Router addLater(String method, String pattern, LaterHandler handler) {
        return add(method, pattern, handler);
    }

    /** Every route, in the order in which they were added. */
    List<Known> known() {
        return routes.stream()
                .map(route -> new Known(route.method, "/" + String.join("/", route.pattern), route.access))
                .toList();
    }

    /**
     * @param segments of the path, decoded
     * @throws HttpProblem 404 for an unknown path, 405 for a known one with another method
     */
    Match find(String method, List<String> segments) {
        TreeSet<String> allowed = new TreeSet<>();
        String wanted = method.equals("HEAD") ? "GET" : method;
        for (Route route : routes) {
            Optional<Map<String, String>> values = match(route.pattern, segments);
            if (values.isPresent()) {
                // whoever sends HEAD wants to change nothing (RFC 9110, section 9.2.1)
                boolean isRefusedHead = method.equals("HEAD") && route.access.changes();
                if (route.method.equals(wanted) && !isRefusedHead) {
                    return new Match(route.handler, values.get(), route.access);
                }
                allowed.add(route.method);
                if (route.method.equals("GET") && !route.access.changes()) {
                    allowed.add("HEAD");
                }
            }
        }
        if (allowed.isEmpty()) {
            throw new HttpProblem(ProblemKind.NOT_FOUND, "there is nothing at /" + String.join("/", segments));
        }
        return notAllowed(method, "/" + String.join("/", segments), allowed);
    }

    /** What a browser asks before it dares is answered (RFC 9110, section 9.3.7); what nobody takes is refused. */
    private static Match notAllowed(String method, String path, Set<String> allowed) {
        String taken = allowed.stream().filter(each -> !each.equals("HEAD")).collect(Collectors.joining(", "));
        allowed.add("OPTIONS");
        String header = String.join(", ", allowed);
        if (method.equals("OPTIONS")) {
            return new Match(exchange -> Answer.text(204, "").withHeader("Allow", header), Map.of(), Access.OPEN);
        }
        throw new HttpProblem(ProblemKind.METHOD_NOT_ALLOWED, path + " takes " + taken).withHeader("Allow", header);
    }

    private static Optional<Map<String, String>> match(List<String> pattern, List<String> segments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < pattern.size(); i++) {
            String part = pattern.get(i);
            if (i >= segments.size()) {
                return Optional.empty();
            }
            if (part.endsWith("*}")) {
                values.put(
                        part.substring(1, part.length() - 2), String.join("/", segments.subList(i, segments.size())));
                return Optional.of(values);
            }
            if (part.startsWith("{")) {
                values.put(part.substring(1, part.length() - 1), segments.get(i));
            } else if (!part.equals(segments.get(i))) {
                return Optional.empty();
            }
        }
        return pattern.size() == segments.size() ? Optional.of(values) : Optional.empty();
    }
}
