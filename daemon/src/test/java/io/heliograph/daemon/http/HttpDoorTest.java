package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.heliograph.daemon.http.Client.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpDoorTest {

    @Test
    void when_nothing_is_behind_the_door_yet_then_it_is_503() throws Exception {
        int port = TestNode.freePort();
        try (HttpDoor door = TestNode.door("127.0.0.1:" + port)) {
            Reply reply = new Client(port).get("/health/live");
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.detail()).isEqualTo("this node is starting");
            door.serve(new Router().add("GET", "/x", exchange -> Answer.text(200, "here")));
            assertThat(new Client(port).get("/x").body()).isEqualTo("here");
        }
    }

    @Test
    void when_the_address_is_taken_then_it_says_which_in_one_line() throws Exception {
        String listen = "127.0.0.1:" + TestNode.freePort();
        try (HttpDoor door = TestNode.door(listen)) {
            assertThat(door).isNotNull();
            assertThatIOException()
                    .isThrownBy(() -> TestNode.door(listen).close())
                    .withMessageStartingWith("cannot listen on http.listen " + listen + ": ")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
        }
    }

    @Test
    void when_a_handler_fails_then_it_is_500_without_the_cause() throws Exception {
        int port = TestNode.freePort();
        try (HttpDoor door = TestNode.door("127.0.0.1:" + port)) {
            door.serve(new Router().add("GET", "/x", exchange -> {
                throw new IllegalStateException("secret");
            }));
            Reply reply = new Client(port).get("/x");
            assertThat(reply.status()).isEqualTo(500);
            assertThat(reply.type()).isEqualTo("application/problem+json");
            assertThat(reply.body()).doesNotContain("secret").doesNotContain("IllegalState");
        }
    }

    @Test
    void when_an_answer_does_not_wait_for_the_body_then_it_says_that_the_connection_ends() throws Exception {
        int port = TestNode.freePort();
        try (HttpDoor door = TestNode.door("127.0.0.1:" + port);
                Socket socket = new Socket("127.0.0.1", port)) {
            door.serve(new Router());
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 404").containsIgnoringCase("\r\nConnection: close\r\n");
        }
    }

    @Test
    void when_the_body_is_not_utf_8_or_the_query_is_encoded_then_the_exchange_reads_it_so() throws Exception {
        int port = TestNode.freePort();
        try (HttpDoor door = TestNode.door("127.0.0.1:" + port)) {
            door.serve(new Router()
                    .add(
                            "GET",
                            "/{a}/{b*}",
                            exchange -> Answer.text(
                                    200,
                                    exchange.path("a") + "|" + exchange.path("b") + "|"
                                            + exchange.query("q").orElse("none") + "|" + exchange.target())));
            assertThat(new Client(port).get("/x%20y/%C3%BC/z?q=%26%20+").body())
                    .isEqualTo("x y|ü/z|&  |/x%20y/%C3%BC/z?q=%26%20+");
        }
    }

    @Test
    void when_two_hundred_clients_do_not_finish_their_bodies_then_others_are_served() throws Exception {
        int port = TestNode.freePort();
        List<Socket> slow = new ArrayList<>();
        try (HttpDoor door = TestNode.door("127.0.0.1:" + port)) {
            door.serve(new Router()
                    .add("POST", "/x", exchange -> Answer.text(200, exchange.body()))
                    .add("GET", "/x", exchange -> Answer.text(200, "here")));
            for (int i = 0; i < 200; i++) {
                slow.add(new Socket("127.0.0.1", port));
                write(slow.get(i), "POST /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nha");
            }
            assertThat(new Client(port).get("/x").body()).isEqualTo("here");
            for (Socket each : slow) {
                each.setSoTimeout(20_000);
                write(each, "llo");
                assertThat(new String(each.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200")
                        .endsWith("hallo");
            }
        } finally {
            for (Socket each : slow) {
                each.close();
            }
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void when_a_client_waits_for_leave_to_send_a_body_that_is_too_large_then_it_is_413_at_once() throws Exception {
        int port = TestNode.freePort();
        try (HttpDoor door = TestNode.door("127.0.0.1:" + port);
                Socket socket = new Socket("127.0.0.1", port)) {
            door.serve(new Router()
                    .add("POST", "/x", new Access(null, true, 3), exchange -> Answer.text(200, exchange.body())));
            socket.setSoTimeout(10_000);
            write(socket, "POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 413")
                    .contains("the body is larger than 3 bytes");
        }
    }

    @Test
    void when_a_body_of_ten_megabytes_comes_without_a_length_then_it_is_413() throws Exception {
        int port = TestNode.freePort();
        try (HttpDoor door = TestNode.door("127.0.0.1:" + port)) {
            door.serve(new Router().add("POST", "/x", exchange -> Answer.text(200, exchange.body())));
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/x"))
                    .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[10 * 1024 * 1024])))
                    .build();
            HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
        }
    }
}
