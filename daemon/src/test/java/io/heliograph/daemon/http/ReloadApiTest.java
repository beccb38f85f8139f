package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.config.ConfigurationException;
import io.heliograph.daemon.config.Problem;
import io.heliograph.daemon.config.Reload;
import io.heliograph.daemon.http.Client.Reply;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code POST /v1/reload} and its older name. */
class ReloadApiTest {

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.alone();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void when_the_file_is_good_then_it_says_what_changed_and_what_did_not() {
        node.reload = () -> new Reload.Done(List.of("store consul added"), List.of("http.listen"));
        Reply reply = node.client.call("POST", "/v1/reload", "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("{\"applied\":[\"store consul added\"],\"needsRestart\":[\"http.listen\"]}");
        assertThat(node.client.get("/api/reload-configuration").body())
                .isEqualTo("{\"Code\":\"OK\",\"Message\":\"Config reloaded\",\"Details\":\"\"}");
    }

    @Test
    void when_the_file_is_bad_then_every_line_is_told_and_what_to_do() {
        node.reload = () -> {
            throw new ConfigurationException(List.of(
                    new Problem("h.yaml:1", "clustr", "is not a known key"),
                    new Problem("h.yaml:2", "node.id", "is missing")));
        };
        Reply reply = node.client.call("POST", "/v1/reload", "");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.type()).isEqualTo("application/problem+json");
        assertThat(reply.json().path("problems"))
                .extracting(line -> line.asText())
                .containsExactly("h.yaml:1: clustr: is not a known key", "h.yaml:2: node.id: is missing");
        assertThat(reply.detail()).startsWith("nothing was changed: ");
        Reply older = node.client.get("/api/reload-configuration");
        assertThat(older.status()).isEqualTo(500);
        assertThat(older.json().path("Code").asText()).isEqualTo("ERROR");
        assertThat(older.json().path("Message").asText())
                .isEqualTo("Config not reloaded: h.yaml:1: clustr: is not a known key; h.yaml:2: node.id: is missing");
    }

    @Test
    void when_a_file_vanished_then_it_is_said() {
        node.reload = () -> {
            throw new IOException("there is no file consul.token");
        };
        Reply reply = node.client.call("POST", "/v1/reload", "");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.detail()).isEqualTo("nothing was changed: there is no file consul.token");
        assertThat(node.client.get("/api/reload-configuration").status()).isEqualTo(500);
    }
}
