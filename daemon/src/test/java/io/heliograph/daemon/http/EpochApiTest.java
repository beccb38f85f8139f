package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.daemon.http.Client.Reply;
import io.heliograph.kv.Entry;
import io.heliograph.kv.Revision;
import io.heliograph.kv.WriteSet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochApiTest {

    private static final String KEY = "mysql/master/a";

    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.alone();
        node.delivery.open();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void when_a_store_was_written_by_an_earlier_group_then_raising_the_epoch_takes_it_over() {
        node.client.call("PUT", "/v1/clusters/a", "{\"master\":\"db1:3306\"}");
        node.store.take(new WriteSet(Revision.of(6, 99), List.of(new Entry(KEY, "old:1"))));
        node.client.call("POST", "/v1/clusters/a/failover", "{\"master\":\"db2:3306\"}");
        await().atMost(Duration.ofSeconds(10)).until(() -> node.client
                .get("/v1/epoch")
                .json()
                .path("stores")
                .path("internal")
                .path("fenced")
                .asBoolean());
        Reply shown = node.client.get("/v1/epoch");
        assertThat(shown.json().toString())
                .isEqualTo("{\"cluster\":\"test\",\"epoch\":1,\"stores\":{\"internal\":"
                        + "{\"epoch\":6,\"fenced\":true,\"owner\":\"test\",\"problem\":\"\"}}}");

        Reply raised = node.client.call("PUT", "/v1/epoch", "{\"atLeast\":7}");

        assertThat(raised.status()).isEqualTo(200);
        assertThat(raised.json().path("changed").asBoolean()).isTrue();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> node.store.sets().get(KEY).entries().get(0).value().equals("db2:3306"));
        assertThat(node.client.get("/v1/node").json().path("epoch").asLong()).isEqualTo(7);
    }

    @Test
    void when_a_store_belongs_to_another_cluster_then_it_says_so_until_it_is_adopted() {
        node.store.belongTo("billing");
        node.client.call("PUT", "/v1/clusters/a", "{\"master\":\"db1:3306\"}");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> internal().path("state").asText().equals("parked"));
        assertThat(internal().path("lastError").asText()).contains("'billing'").contains("heliograph adopt");
        assertThat(node.client
                        .get("/v1/epoch")
                        .json()
                        .at("/stores/internal/owner")
                        .asText())
                .isEqualTo("billing");

        assertThat(node.client.call("POST", "/v1/stores/nosuch/adopt", "").status())
                .isEqualTo(404);
        assertThat(node.client.call("POST", "/v1/stores/internal/adopt", "").status())
                .isEqualTo(200);

        await().atMost(Duration.ofSeconds(10))
                .until(() -> internal().path("state").asText().equals("up"));
        assertThat(node.store.sets()).containsKey(KEY);
    }

    private JsonNode internal() {
        return node.client.get("/v1/node").json().path("stores").path(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"atLeast\":0}", "{\"atLeast\":8192}", "{\"atLeast\":\"7\"}", "{\"atLeast\":1.5}"})
    void when_the_epoch_is_none_then_it_is_a_bad_request(String body) {
        Reply reply = node.client.call("PUT", "/v1/epoch", body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("detail").asText()).contains("whole number from 1 to 8190");
    }
}
