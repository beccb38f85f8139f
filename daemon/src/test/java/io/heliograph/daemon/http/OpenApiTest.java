package io.heliograph.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.http.Client.Reply;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** The document that is served, beside what is really answered. */
class OpenApiTest {

    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static Trio trio;
    private static JsonNode document;

    @BeforeAll
    static void start() throws Exception {
        trio = new Trio().open();
        trio.dc1.decisions.master("orders", "db1:3306");
        trio.dc1.decisions.master("orders", "db2:3306");
        trio.dc1.decisions.put("plain/key", "value");
        document = new ObjectMapper()
                .valueToTree(
                        new Yaml().load(trio.dc1.client.get("/v1/openapi.yaml").body()));
    }

    @AfterAll
    static void stop() {
        trio.close();
    }

    @Test
    void when_routes_are_listed_then_they_and_their_roles_are_those_of_the_document() {
        Map<String, String> documented = new TreeMap<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (!operation.getKey().equals("parameters")) {
                        documented.put(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                operation.getValue().path("x-role").asText());
                    }
                }));
        Map<String, String> routes = new TreeMap<>();
        for (Router.Known route : trio.dc1.routes()) {
            if (!route.pattern().startsWith("/api/") && !route.pattern().matches("/(ui/.*)?")) {
                Role role = route.access().role();
                routes.put(
                        route.method() + " " + route.pattern().replace("*}", "}"), role == null ? "none" : role.word());
            }
        }
        assertThat(documented).isEqualTo(routes);
    }

    /** The schema of a response, with everything that it refers to. */
    private static JsonSchema schema(String path, String method, int status) {
        JsonNode responses = document.path("paths").path(path).path(method).path("responses");
        JsonNode response = responses.has(Integer.toString(status))
                ? responses.path(Integer.toString(status))
                : document.at(responses.path("default").path("$ref").asText().substring(1));
        JsonNode content = response.path("content");
        assertThat(content.size()).as(method + " " + path + " " + status).isEqualTo(1);
        ObjectNode schema = content.iterator().next().path("schema").deepCopy();
        schema.set("components", document.path("components"));
        return SCHEMAS.getSchema(schema);
    }

    private static void check(TestNode node, String method, String template, String path, String body, int status) {
        Reply reply = node.client.call(method, path, body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        String type = reply.type().replaceAll(";.*", "");
        assertThat(type).isEqualTo(status < 400 ? "application/json" : "application/problem+json");
        assertThat(schema(template, method.toLowerCase(java.util.Locale.ROOT), status)
                        .validate(reply.json()))
                .as(reply.body())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            nullValues = "-",
            value = {
                "GET /v1/node /v1/node - 200",
                "GET /v1/nodes /v1/nodes - 200",
                "GET /v1/clusters /v1/clusters - 200",
                "GET /v1/clusters/{alias} /v1/clusters/orders - 200",
                "GET /v1/clusters/{alias} /v1/clusters/nosuch - 404",
                "GET /v1/kv /v1/kv?prefix=mysql - 200",
                "GET /v1/kv /v1/kv?store=internal - 200",
                "GET /v1/kv /v1/kv?store=nosuch - 404",
                "GET /v1/kv/{key} /v1/kv/plain/key - 200",
                "GET /v1/kv/{key} /v1/kv/plain/nosuch - 404",
                "GET /v1/failovers /v1/failovers - 200",
                "GET /v1/failovers/delivered /v1/failovers/delivered - 200",
                "GET /v1/members /v1/members - 200",
                "GET /v1/pending /v1/pending - 200",
                "GET /v1/pending/here /v1/pending/here - 200",
                "GET /v1/epoch /v1/epoch - 200",
                "GET /v1/snapshots/newest /v1/snapshots/newest - 200",
                "PUT /v1/clusters/{alias} /v1/clusters/orders?wait=all {\"master\":\"db3:3306\"} 200",
                "PUT /v1/clusters/{alias} /v1/clusters/orders {} 400",
                "POST /v1/clusters/{alias}/failover /v1/clusters/orders/failover {\"master\":\"db4:1\",\"reason\":\"x\"} 200",
                "POST /v1/clusters/{alias}/failover /v1/clusters/orders/failover {\"master\":\"db4:1\",\"expected\":\"db9:1\"} 409",
                "POST /v1/clusters/{alias}/submit /v1/clusters/orders/submit - 200",
                "POST /v1/submit /v1/submit - 200",
                "PUT /v1/kv/{key} /v1/kv/plain/key {\"value\":\"2\"} 200",
                "DELETE /v1/kv/{key} /v1/kv/plain/key - 200",
                "POST /v1/delivered /v1/delivered {\"revisions\":{},\"timeout\":\"1ms\"} 200",
                "POST /v1/leader /v1/leader {\"to\":\"dc2\"} 200",
                "POST /v1/leader /v1/leader {\"to\":\"dc9\"} 404",
                "POST /v1/snapshots /v1/snapshots - 200",
                "POST /v1/reload /v1/reload - 200",
                "POST /v1/members /v1/members {\"id\":\"dc9\",\"raft\":\"h:1\",\"http\":\"http://h:2\"} 200",
                "PUT /v1/members/{id} /v1/members/dc2 {\"raft\":\"h:1\",\"http\":\"http://h:2\"} 200",
                "DELETE /v1/members/{id} /v1/members/dc3 - 200",
                "PUT /v1/epoch /v1/epoch {\"atLeast\":0} 400",
                "POST /v1/stores/{store}/adopt /v1/stores/internal/adopt - 200",
                "POST /v1/stores/{store}/adopt /v1/stores/nosuch/adopt - 404"
            })
    void when_the_leader_is_asked_then_the_answer_fits_the_document(
            String method, String template, String path, String body, int status) {
        check(trio.dc1, method, template, path, body == null ? "" : body, status);
    }

    @Test
    void when_a_node_is_away_or_a_store_is_then_the_answers_fit_the_document() throws Exception {
        try (TestNode lonely = TestNode.alone()) {
            lonely.decisions.master("orders", "db1:1");
            check(lonely, "PUT", "/v1/epoch", "/v1/epoch", "{\"atLeast\":2}", 200);
            check(lonely, "DELETE", "/v1/clusters/{alias}", "/v1/clusters/orders?deleteKeys=true", "", 200);
            lonely.log.loseLeader();
            check(lonely, "GET", "/v1/node", "/v1/node", "", 200);
            check(lonely, "PUT", "/v1/clusters/{alias}", "/v1/clusters/x", "{\"master\":\"db1:1\"}", 503);
            lonely.log.lead();
            lonely.log.answer(new io.heliograph.raft.CommitOutcome.Unknown("lost touch"));
            check(lonely, "PUT", "/v1/clusters/{alias}", "/v1/clusters/x", "{\"master\":\"db1:1\"}", 504);
            lonely.caughtUp = false;
            check(lonely, "GET", "/v1/clusters", "/v1/clusters", "", 503);
        }
        try (TestNode late = TestNode.alone()) {
            Trio.takeAway(late);
            late.delivery.open();
            check(
                    late,
                    "PUT",
                    "/v1/clusters/{alias}",
                    "/v1/clusters/x?wait=local&timeout=100ms",
                    "{\"master\":\"db1:1\"}",
                    202);
        }
    }

    @Test
    void when_the_document_refers_to_something_then_it_is_there() {
        TreeSet<String> missing = new TreeSet<>();
        document.findValuesAsText("$ref").forEach(reference -> {
            if (document.at(reference.substring(1)).isMissingNode()) {
                missing.add(reference);
            }
        });
        assertThat(missing).isEmpty();
        assertThat(document.findValuesAsText("$ref")).hasSizeGreaterThan(50);
    }
}
