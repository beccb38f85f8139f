package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heliograph.kv.StoreResult.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code GET /v1/events}, read from a socket. */
class EventsApiTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private TestNode node;
    private final List<Reader> readers = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        node = TestNode.alone();
        node.delivery.open();
    }

    @AfterEach
    void stop() throws Exception {
        for (Reader reader : readers) {
            reader.socket.close();
        }
        node.close();
    }

    /** Reads on a thread of its own until the stream ends. */
    private final class Reader {
        private final Socket socket = new Socket("127.0.0.1", node.port());
        private final StringBuffer text = new StringBuffer();
        private volatile boolean ended;

        Reader() throws IOException {
            readers.add(this);
            socket.getOutputStream()
                    .write("GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }

        Reader reading() {
            Thread thread = new Thread(() -> {
                try (InputStream in = socket.getInputStream()) {
                    byte[] bytes = new byte[4096];
                    for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                        text.append(new String(bytes, 0, n, StandardCharsets.UTF_8));
                    }
                } catch (IOException e) {
                    text.append("\n(broken)");
                }
                ended = true;
            });
            thread.setDaemon(true);
            thread.start();
            return this;
        }

        /** The data of the events of a type, so far. */
        List<JsonNode> events(String type) {
            List<JsonNode> events = new CopyOnWriteArrayList<>();
            String[] lines = text.toString().split("\r?\n");
            for (int i = 0; i + 1 < lines.length; i++) {
                if (lines[i].equals("event: " + type) && lines[i + 1].endsWith("}")) {
                    try {
                        events.add(JSON.readTree(lines[i + 1].substring("data: ".length())));
                    } catch (IOException e) {
                        // not whole yet
                    }
                }
            }
            return events;
        }

        JsonNode first(String type) {
            await(type).atMost(SOON).until(() -> !events(type).isEmpty());
            return events(type).get(0);
        }
    }

    @Test
    void when_somebody_begins_to_listen_then_it_is_told_how_everything_stands() throws Exception {
        Reader reader = new Reader().reading();
        assertThat(reader.first("hello")).isEqualTo(node.client.get("/v1/node").json());
        assertThat(reader.text.toString()).startsWith("HTTP/1.1 200").contains("text/event-stream; charset=UTF-8");
    }

    @Test
    void when_things_change_then_everybody_who_listens_is_told() throws Exception {
        node.decisions.master("orders", "db1:3306");
        Reader one = new Reader().reading();
        Reader two = new Reader().reading();
        one.first("hello");
        two.first("hello");
        node.decisions.master("orders", "db2:3306");
        node.log.follow("dc9");
        for (Reader reader : List.of(one, two)) {
            JsonNode master = reader.first("master");
            assertThat(master.path("cluster").asText()).isEqualTo("orders");
            assertThat(master.path("from").asText()).isEqualTo("db1:3306");
            assertThat(master.path("to").asText()).isEqualTo("db2:3306");
            assertThat(master.path("revision").asLong()).isPositive();
            JsonNode leader = reader.first("leader");
            assertThat(leader.path("leader").asText()).isEqualTo("dc9");
            assertThat(leader.path("term").asLong()).isEqualTo(3);
        }
        node.store.answer((store, set) -> new Unavailable("gone"));
        node.decisions.put("k", "1");
        await().atMost(SOON).untilAsserted(() -> assertThat(one.events("store")).anySatisfy(store -> {
            assertThat(store.path("state").asText()).isEqualTo("down");
            assertThat(store.path("lastError").asText()).isEqualTo("gone");
        }));
    }

    @Test
    void when_too_many_listen_then_the_next_is_asked_to_come_again() throws Exception {
        for (int i = 0; i < EventsApi.MAX_STREAMS; i++) {
            new Reader().reading();
        }
        // whoever comes before all of them listen would be one of them
        await().atMost(Duration.ofSeconds(30))
                .until(() -> readers.stream().allMatch(reader -> reader.text.indexOf("event: hello") > 0));
        assertThat(node.client.get("/v1/events").status()).isEqualTo(503);
        assertThat(node.client.get("/v1/node").status()).isEqualTo(200);
        for (Reader reader : readers) {
            reader.socket.close();
        }
        await().atMost(SOON).until(() -> {
            node.decisions.put("tick", Long.toString(System.nanoTime()));
            Reader reader = new Reader().reading();
            await().atMost(SOON).until(() -> reader.text.indexOf("\r\n\r\n") > 0);
            boolean began = reader.text.indexOf("HTTP/1.1 200") == 0;
            reader.socket.close();
            return began;
        });
    }

    @Test
    void when_the_node_stops_then_streams_end_and_hold_nothing_up() throws Exception {
        Reader reader = new Reader().reading();
        reader.first("hello");
        long before = System.nanoTime();
        node.drain();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        await().atMost(SOON).until(() -> reader.ended);
    }
}
