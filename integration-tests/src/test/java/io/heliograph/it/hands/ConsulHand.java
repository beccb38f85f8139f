package io.heliograph.it.hands;

import io.heliograph.it.daemon.Stores;
import io.heliograph.it.servers.ConsulServer;
import io.heliograph.it.servers.ConsulServer.Stored;
import io.heliograph.it.servers.FreePorts;
import io.heliograph.it.servers.RealServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;

/** A Consul, and somebody with its command line. */
public final class ConsulHand implements StoreHand {

    /** Whoever has no token may do everything, until this test's hand says otherwise. */
    private static final String MANAGEMENT = "6f0f1a4e-0b5d-4f5e-9d0a-3c1f7f1b2a90";

    private static final String ACL =
            "acl { enabled = true default_policy = \"allow\" tokens { master = \"" + MANAGEMENT + "\" } }";

    private final String name;
    private final ConsulServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    public ConsulHand(String name) {
        this.name = name;
        this.server = ConsulServer.start(name, FreePorts.next(), MANAGEMENT, List.of(ACL));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RealServer server() {
        return server;
    }

    @Override
    public int port() {
        return URI.create(server.url()).getPort();
    }

    @Override
    public Map<String, Object> config(int throughPort) {
        Map<String, Object> store = Stores.consul(name, server);
        store.put("url", "http://127.0.0.1:" + throughPort);
        return store;
    }

    @Override
    public Map<String, Stored> entries(String head) {
        return server.entries(head);
    }

    @Override
    public Source source(String head) {
        return new ConsulSource(server, head);
    }

    @Override
    public List<Copy> backUp() {
        return server.entries("").entrySet().stream()
                .map(each -> new Copy(
                        each.getKey(), each.getValue().value(), each.getValue().flags()))
                .toList();
    }

    @Override
    public void putBack(List<Copy> backup) throws Exception {
        for (Copy copy : backup) {
            send("PUT", copy.place() + "?flags=" + copy.number(), copy.value());
        }
    }

    @Override
    public void wipe() throws Exception {
        send("DELETE", "?recurse=true", "");
    }

    private void send(String method, String rest, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/v1/kv/" + rest))
                .method(method, BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (!answer.body().strip().equals("true")) {
            throw new IllegalStateException(method + " " + rest + ": " + answer.body());
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
