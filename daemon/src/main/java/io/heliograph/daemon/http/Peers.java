package io.heliograph.daemon.http;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks the other nodes over HTTP. Threads: any. */
final class Peers {

    /** A request was sent and no answer came: nobody knows whether it was carried out. */
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        NoAnswer(String message) {
            super(message, null, false, false);
        }
    }

    private static final String ALLOWED =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/?:@!$&'()*+,;=";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    private final String self;
    private final NodeIdentity identity;
    private final HttpClient client;

    /**
     * @param self this node's id
     */
    Peers(String self, NodeIdentity identity) {
        this.self = self;
        this.identity = identity;
        this.client = identity.client().connectTimeout(CONNECT_TIMEOUT).build();
    }

    /**
     * Passes a request on.
     *
     * @param base base URL of the other node
     * @param exchange what came in
     * @return its answer, empty when it could not be reached and nothing was sent
     * @throws NoAnswer when it was sent and the answer did not come within {@code limit}
     */
    Optional<Answer> forward(String base, Exchange exchange, Duration limit) throws NoAnswer {
        HttpRequest request = request(base + spelledOut(exchange.target()), limit)
                .method(exchange.method(), HttpRequest.BodyPublishers.ofString(exchange.body()))
                .header("Content-Type", "application/json")
                .header(Exchange.FORWARDED_BY, self)
                .header(OnBehalf.HEADER, OnBehalf.header(exchange.caller()))
                .build();
        try {
            return Optional.of(answer(client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                    .join()));
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
                return Optional.empty();
            }
            throw new NoAnswer("the leader at " + base + " did not answer: " + cause);
        }
    }

    /** Fetches a path; completes exceptionally when there is no answer within {@code limit}. */
    CompletableFuture<Answer> get(String url, Duration limit) {
        return client.sendAsync(request(url, limit).GET().build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(Peers::answer);
    }

    /** Sends JSON to a path; completes exceptionally when there is no answer within {@code limit}. Can be cancelled. */
    CompletableFuture<Answer> post(String url, String body, Duration limit) {
        HttpRequest request = request(url, limit)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(Peers::answer);
    }

    /** The same with every character encoded that a URI must not have (RFC 3986), though clients send it. */
    static String spelledOut(String target) {
        StringBuilder spelled = new StringBuilder();
        byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            int each = bytes[i] & 0xff;
            boolean isEscape = each == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2]);
            if (isEscape || (each != '%' && ALLOWED.indexOf(each) >= 0)) {
                spelled.append((char) each);
            } else {
                spelled.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) each));
            }
        }
        return spelled.toString();
    }

    private static boolean isHex(byte each) {
        return Character.digit(each, 16) >= 0;
    }

    private HttpRequest.Builder request(String url, Duration limit) {
        return identity.sign(HttpRequest.newBuilder(URI.create(url)).timeout(limit));
    }

    private static Answer answer(HttpResponse<String> response) {
        String type = response.headers().firstValue("Content-Type").orElse(Answer.JSON);
        Answer answer = new Answer(response.statusCode(), type, response.body(), java.util.Map.of());
        return response.headers()
                .firstValue(WriteDoor.NOT_LEADER)
                .map(value -> answer.withHeader(WriteDoor.NOT_LEADER, value))
                .orElse(answer);
    }
}
