package io.heliograph.it.centres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.heliograph.it.daemon.AccessFiles;
import io.heliograph.it.daemon.HeliographCluster;
import io.heliograph.it.daemon.HeliographNode;
import io.heliograph.it.daemon.Stores;
import io.heliograph.it.servers.Browser;
import io.heliograph.it.servers.ConsulServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page, in a real browser, in front of three real nodes of which one has a Consul. */
@Timeout(120)
class PageIT {

    private static final String HOSTILE = "<img src=x onerror=document.title='taken'> \u202e \u001b[31m";

    private static Browser browser;
    private static ConsulServer consul;
    private static HeliographCluster cluster;

    @BeforeAll
    static void start() {
        browser = new Browser();
        consul = ConsulServer.start("page");
        cluster = HeliographCluster.builder()
                .storeFor("dc1", Stores.consul("consul", consul))
                .start();
        for (String alias : new String[] {"billing", "carts", "orders", "search", "users"}) {
            set(alias, "127.0.0.41:3306");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {browser, cluster, consul}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static void set(String alias, String master) {
        cluster.awaitLeader()
                .put("/v1/clusters/" + alias, Map.of("master", master))
                .orThrow();
    }

    private static void awaitText(String text) {
        await(text).atMost(DataCentres.SOON).until(() -> browser.text().contains(text));
    }

    private static String url() {
        return cluster.node("dc1").httpUri() + "/";
    }

    private static void enterToken(String token) {
        browser.run(
                "document.getElementById('sign').click();"
                        + "document.querySelector('[name=token]').value = arguments[0];"
                        + "document.getElementById('dialog-yes').click()",
                token);
    }

    /** The state of a store as its card on the page shows it. */
    private static String shownState(String node, String store) {
        return browser.run(
                        "return document.querySelector(`[data-node=\"${arguments[0]}\"]"
                                + " [data-store=\"${arguments[1]}\"]`)?.dataset.state ?? ''",
                        node,
                        store)
                .asText();
    }

    @Test
    void when_it_is_opened_then_it_shows_everything_and_asks_nobody_else() {
        browser.complaints();
        browser.requests();
        browser.open(url());
        awaitText("leads, term");
        awaitText("orders");
        awaitText("● live");
        assertThat(browser.text()).contains("dc1", "dc2", "dc3", "127.0.0.41:3306", "consul", "current");
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).isNotEmpty().allMatch(request -> request.startsWith(url()));
    }

    @Test
    void when_a_store_dies_and_comes_back_then_the_page_shows_it_by_itself() {
        browser.open(url());
        await().atMost(DataCentres.SOON).until(() -> shownState("dc1", "consul").equals("up"));
        consul.stop();
        set("carts", "127.0.0.42:3306");
        await().atMost(DataCentres.SOON).until(() -> shownState("dc1", "consul").equals("down"));
        awaitText("down: dc1/consul");
        String cell = browser.run("return document.querySelector('[data-cluster=carts] td.cell').innerText")
                .asText();
        assertThat(cell).as("state, lag and last error").matches("(?s)■ consul down, [0-9.]+ s.*refused.*1 current");
        consul.startAgain();
        await().atMost(DataCentres.SOON).until(() -> shownState("dc1", "consul").equals("up"));
    }

    @Test
    void when_masters_change_then_grid_and_timeline_follow_and_text_stays_text() {
        browser.open(url());
        awaitText("orders");
        cluster.awaitLeader()
                .post("/v1/clusters/orders/failover", Map.of("master", "127.0.0.43:3306", "reason", HOSTILE))
                .orThrow();
        awaitText("127.0.0.43:3306");
        awaitText("<img src=x onerror=document.title='taken'>");
        assertThat(browser.run("return document.title").asText()).startsWith("Heliograph");
        assertThat(browser.run("return document.images.length").asInt())
                .as("the emblem, and nothing that somebody wrote")
                .isEqualTo(1);
        assertThat(browser.text()).doesNotContain("\u202e").doesNotContain("\u001b");
    }

    @Test
    void when_names_and_errors_are_hostile_then_they_stay_text_wherever_they_are_shown() {
        browser.open(url());
        awaitText("orders");
        String shown = browser.run(
                        """
                        const bad = arguments[0];
                        return import(new URL('ui/views.js', document.baseURI)).then((views) => {
                          const store = { name: bad, type: bad, state: 'down', pending: 1, lagSeconds: 1, drifted: 1, lastError: bad };
                          const node = { id: bad, reachable: true, role: bad, hasQuorum: true, term: 1, epoch: 1, stores: [store] };
                          const cluster = { alias: bad, master: bad, revision: 1, entries: [{ key: bad }] };
                          const pending = [{ id: bad, reachable: true, stores: { [bad]: [{ head: bad, delivered: 0 }] } }];
                          const failover = { cluster: bad, from: bad, to: bad, reason: bad, by: bad, revision: 1,
                            time: '2026-01-01T00:00:00Z', delivered: { [bad]: { [bad]: null } }, unreachable: [bad] };
                          const rows = views.grid([cluster], [node], pending, '', {});
                          const all = document.createElement('div');
                          all.append(...views.centres([node], {}), rows.head, ...rows.body, ...views.timeline([failover]),
                            ...views.drift([node]), views.headline([node]));
                          document.body.append(all);
                          return all.querySelectorAll('img, script').length + ' ' + document.title + ' ' + all.textContent;
                        });
                        """,
                        HOSTILE)
                .asText();
        assertThat(shown).startsWith("0 Heliograph").contains("<img src=x").doesNotContain("\u001b", "\u202e");
        assertThat(shown.split("<img src=x", -1)).as("every place shows it").hasSizeGreaterThan(15);
    }

    @Test
    void when_it_is_not_told_what_a_store_holds_then_the_grid_does_not_say_current() {
        browser.open(url());
        awaitText("orders");
        String cells = browser.run(
                        """
                        return import(new URL('ui/views.js', document.baseURI)).then((views) => {
                          const store = { name: 'zk', type: 'zookeeper', state: 'up', pending: 1500, drifted: 0 };
                          const node = (id, more) => ({ id, reachable: true, epoch: 1, lastApplied: 9, stores: [store], ...more });
                          const cluster = { alias: 'orders', master: 'db1:3306', revision: 2 ** 40 + 9, entries: [{ key: 'orders' }] };
                          const listed = Array.from({ length: 1000 }, (none, i) => ({ head: 'k' + i, delivered: 0 }));
                          const pending = [{ id: 'silent', reachable: false }, { id: 'full', reachable: true, stores: { zk: listed }, truncated: ['zk'] },
                            { id: 'old', reachable: true, stores: { zk: [] } }, { id: 'good', reachable: true, stores: { zk: [] } }];
                          const nodes = [node('silent'), node('full'), node('old', { lastApplied: 8 }), node('good')];
                          const cells = views.grid([cluster], nodes, pending, '', {}).body[0].querySelectorAll('td.cell');
                          return [...cells].map((cell) => cell.textContent).join('|');
                        });
                        """)
                .asText();
        assertThat(cells).isEqualTo("? zk unknown|? zk unknown|▲ not applied yet|● current");
    }

    @Test
    void when_an_operator_fails_over_then_it_is_asked_first_and_then_done() {
        browser.open(url());
        awaitText("billing");
        browser.run("[...document.querySelectorAll('[data-cluster=billing] button')][0].click()");
        awaitText("Failover of billing");
        assertThat(browser.text()).contains("if it has changed meanwhile, nothing happens");
        browser.run("const master = document.querySelector('[name=master]');"
                + "master.value = '127.0.0.44:3306';"
                + "master.dispatchEvent(new Event('input', { bubbles: true }));"
                + "document.querySelector('[name=reason]').value = 'by hand'");
        assertThat(browser.text()).contains("the master of billing changes from 127.0.0.41:3306 to 127.0.0.44:3306");
        browser.run("document.getElementById('dialog-yes').click()");
        await().atMost(DataCentres.SOON).until(() -> cluster.node("dc2")
                .get("/v1/clusters/billing")
                .orThrow()
                .path("master")
                .asText()
                .equals("127.0.0.44:3306"));
        awaitText("by hand");
    }

    @Test
    void when_an_operator_makes_another_node_the_leader_then_it_is_asked_first_and_then_shown() {
        browser.open(url());
        String next = cluster.awaitLeader().id().equals("dc2") ? "dc3" : "dc2";
        await().atMost(DataCentres.SOON)
                .until(() -> browser.run(
                                        "return document.querySelectorAll('[data-node=\"' + arguments[0] + '\"] button').length",
                                        next)
                                .asInt()
                        == 1);
        browser.run("document.querySelector('[data-node=\"' + arguments[0] + '\"] button').click()", next);
        awaitText("Make " + next + " the leader");
        browser.run("document.getElementById('dialog-yes').click()");
        awaitText(next + " leads, term");
        assertThat(cluster.awaitLeader().id()).isEqualTo(next);
    }

    @Test
    void when_there_are_a_thousand_clusters_then_the_page_stays_usable() {
        try (HeliographCluster large = HeliographCluster.builder().nodes("dc1").start()) {
            HeliographNode node = large.awaitLeader();
            IntStream.range(0, 1_000).parallel().forEach(i -> node.put(
                            "/v1/clusters/many-" + i, Map.of("master", "127.0.0.50:" + (10_000 + i)))
                    .orThrow());
            browser.open(node.httpUri() + "/");
            awaitText("many-100");
            String count = "return document.getElementById('clusters-count').textContent";
            assertThat(browser.run(count).asText()).isEqualTo("1000");
            assertThat(browser.run("return document.querySelectorAll('#grid tbody tr').length")
                            .asInt())
                    .as("rows drawn")
                    .isEqualTo(200);
            assertThat(browser.text()).contains("800 more; those with trouble are shown first");
            browser.run("const filter = document.getElementById('filter'); filter.value = 'many-777';"
                    + "filter.dispatchEvent(new Event('input', { bubbles: true }))");
            awaitText("127.0.0.50:10777");
            node.put("/v1/clusters/many-777", Map.of("master", "127.0.0.51:3306"))
                    .orThrow();
            awaitText("127.0.0.51:3306");
            assertThat(browser.run(count).asText()).isEqualTo("1 of 1000");
        }
    }

    @Test
    void when_it_is_on_a_phone_then_it_does_not_scroll_sideways_and_pictures_are_taken() throws Exception {
        browser.open(url());
        awaitText("orders");
        browser.resize(390, 844);
        assertThat(browser.run("return document.documentElement.scrollWidth").asInt())
                .isLessThanOrEqualTo(390);
        picture("page-phone.png");
        browser.resize(1280, 900);
        browser.colours("light");
        picture("page-light.png");
        browser.colours("dark");
        picture("page-dark.png");
        browser.colours("light");
    }

    /** Kept with the reports; docs/images has those of a release. */
    private static void picture(String name) throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "page"));
        byte[] png = browser.screenshot();
        assertThat(png).hasSizeGreaterThan(10_000);
        Files.write(directory.resolve(name), png);
    }

    @Test
    void when_it_is_behind_a_path_prefix_then_it_works_the_same() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.setExecutor(threads);
        HttpClient client = HttpClient.newHttpClient();
        proxy.createContext("/ops/masters/", exchange -> {
            try {
                URI inside =
                        URI.create(url() + exchange.getRequestURI().toString().substring("/ops/masters/".length()));
                HttpResponse<byte[]> answer = client.send(
                        HttpRequest.newBuilder(inside)
                                .method(
                                        exchange.getRequestMethod(),
                                        BodyPublishers.ofByteArray(
                                                exchange.getRequestBody().readAllBytes()))
                                .timeout(Duration.ofSeconds(5))
                                .build(),
                        BodyHandlers.ofByteArray());
                answer.headers().firstValue("Content-Type").ifPresent(type -> exchange.getResponseHeaders()
                        .set("Content-Type", type));
                exchange.sendResponseHeaders(
                        answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
                exchange.getResponseBody().write(answer.body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                // the stream of events does not go through this proxy, which waits for whole answers
                exchange.sendResponseHeaders(502, -1);
            } finally {
                exchange.close();
            }
        });
        proxy.start();
        try {
            browser.open("http://127.0.0.1:" + proxy.getAddress().getPort() + "/ops/masters/");
            awaitText("leads, term");
            awaitText("users");
            awaitText("asking every 5 s");
            set("users", "127.0.0.45:3306");
            awaitText("127.0.0.45:3306");
        } finally {
            browser.open("about:blank");
            proxy.stop(0);
            threads.shutdownNow();
        }
    }

    @Test
    void when_the_node_asks_for_a_token_then_nothing_is_shown_without_and_everything_with_it() {
        try (AccessFiles files = new AccessFiles()) {
            String reader = files.create("reader", "read").strip();
            try (HeliographCluster guarded = HeliographCluster.builder()
                    .nodes("dc1")
                    .guardedWithoutTls(files)
                    .start()) {
                showsNothingWithoutToken(guarded.awaitLeader(), files.bearer(), reader);
            }
        }
    }

    private static void showsNothingWithoutToken(HeliographNode node, String admin, String reader) {
        node.put("/v1/clusters/secretive", Map.of("master", "127.0.0.46:3306")).orThrow();
        browser.open(node.httpUri() + "/");
        awaitText("This node asks who you are");
        assertThat(browser.text()).doesNotContain("secretive").doesNotContain("127.0.0.46");

        enterToken("mistyped");
        awaitText("nobody has this token");
        browser.requests();
        // it asks every five seconds; a wrong token sent as often would lock the address out
        List<String> asked = new ArrayList<>();
        await().during(Duration.ofSeconds(6)).atMost(Duration.ofSeconds(10)).until(() -> {
            asked.addAll(browser.requests());
            return asked.isEmpty();
        });
        enterToken(admin);
        awaitText("secretive");
        enterToken(reader);
        awaitText("secretive");
        browser.run("document.getElementById('submit-all').click();" + "document.getElementById('dialog-yes').click()");
        awaitText("reader has the role read; this needs write");
    }
}
