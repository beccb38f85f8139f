package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.it.daemon.AccessFiles;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three nodes that ask everybody who they are, each other too, and speak TLS only. */
@Timeout(180)
class AccessIT {

    private static final AccessFiles FILES = new AccessFiles();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().sslContext(FILES.trust()).build();
    private static HeliographCluster cluster;

    @BeforeAll
    static void start() {
        cluster = HeliographCluster.builder().guarded(FILES).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        FILES.close();
    }

    private static HttpResponse<String> ask(HeliographNode node, String method, String path, String authorization)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(node.httpUri() + path)).method(method, BodyPublishers.noBody());
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void when_a_follower_takes_a_write_then_the_leader_carries_it_out_and_all_know_each_other() {
        HeliographNode follower = cluster.others(cluster.awaitLeader()).get(0);
        JsonNode answer = follower.put("/v1/clusters/guarded?wait=all&timeout=20s", Map.of("master", "127.0.0.31:3306"))
                .orThrow();
        assertThat(answer.path("outcome").asText()).isEqualTo("committed");
        assertThat(answer.path("delivered")).hasSize(3);
        for (JsonNode node : follower.get("/v1/nodes").orThrow()) {
            assertThat(node.path("reachable").asBoolean()).as(node.toString()).isTrue();
        }
    }

    @Test
    void when_a_reader_asks_a_follower_to_write_then_it_is_refused() throws Exception {
        String reader = "Bearer " + FILES.create("reader", "read").strip();
        HeliographNode follower = cluster.others(cluster.awaitLeader()).get(0);
        await().atMost(DataCentres.SOON)
                .until(() -> ask(follower, "GET", "/v1/node", reader).statusCode() == 200);
        assertThat(ask(follower, "POST", "/v1/submit", reader).statusCode()).isEqualTo(403);
        assertThat(ask(follower, "POST", "/v1/submit", "").statusCode()).isEqualTo(401);
        assertThat(ask(follower, "GET", "/health/live", "").statusCode()).isEqualTo(200);
        FILES.revoke("reader");
        await().atMost(DataCentres.SOON)
                .until(() -> ask(follower, "GET", "/v1/node", reader).statusCode() == 401);
    }

    @Test
    void when_an_older_client_knows_name_and_password_then_it_submits() throws Exception {
        String bearer = FILES.create("script", "write").strip();
        String pair = "script:" + bearer.substring("script.".length());
        String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        HeliographNode leader = cluster.awaitLeader();
        HttpResponse<String> denied = ask(leader, "GET", "/api/submit-masters-to-kv-stores", "");
        assertThat(denied.statusCode()).isEqualTo(401);
        assertThat(denied.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"heliograph\"");
        await().atMost(DataCentres.SOON)
                .until(() -> ask(leader, "GET", "/api/submit-masters-to-kv-stores", basic)
                                .statusCode()
                        == 200);
    }

    @Test
    void when_a_certificate_is_renewed_then_new_connections_see_it_without_a_restart() throws Exception {
        HeliographNode node = cluster.node("dc1");
        X509Certificate before = shown(node);
        FILES.authority().issue(node.id(), "127.0.0.1");
        await().atMost(DataCentres.SOON).until(() -> !shown(node).equals(before));
        assertThat(node.status()).isPresent();
    }

    /** On a connection of its own: others are kept open. */
    private static X509Certificate shown(HeliographNode node) throws Exception {
        return (X509Certificate) HttpClient.newBuilder()
                .sslContext(FILES.trust())
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create(node.httpUri() + "/health/live"))
                                .build(),
                        BodyHandlers.ofString())
                .sslSession()
                .orElseThrow(() -> new SSLPeerUnverifiedException("no TLS"))
                .getPeerCertificates()[0];
    }

    @Test
    void when_logs_are_read_then_no_secret_is_in_them() {
        assertThat(cluster.nodes()).allSatisfy(node -> assertThat(node.log())
                .doesNotContain(FILES.bearer().substring("boss.".length()))
                .doesNotContain("sha256$"));
    }
}
