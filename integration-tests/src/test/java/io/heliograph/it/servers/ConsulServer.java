package io.heliograph.it.servers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Consul server: a data centre of its own, or one of a {@link ConsulEnsemble}. */
public final class ConsulServer extends RealServer {
    private static final String IMAGE = "hashicorp/consul:1.20";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int INSIDE_PORT = 8500;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String address;
    private final int httpPort;
    private final String token;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    private ConsulServer(ServerHost host, String address, int httpPort, String token) {
        super("consul", host);
        this.address = address;
        this.httpPort = httpPort;
        this.token = token;
    }

    /** Starts one and waits until it has a leader and takes writes. */
    public static ConsulServer start(String datacenter) {
        return start(datacenter, FreePorts.next(), "", List.of());
    }

    /**
     * Starts one that is told more than usual.
     *
     * @param wanPort its port for gossip with other data centres
     * @param token the ACL token of this test's own hand, empty for none
     * @param settings pieces of configuration in Consul's own language
     */
    public static ConsulServer start(String datacenter, int wanPort, String token, List<String> settings) {
        int port = FreePorts.next();
        Optional<Path> binary = ServerBinaries.consul();
        ServerHost host = binary.isPresent()
                ? process(List.of(), binary.get(), LOOPBACK, datacenter, port, wanPort, settings)
                : container(datacenter, port, settings);
        ConsulServer server = new ConsulServer(host, LOOPBACK, port, token);
        server.startAndWait();
        return server;
    }

    /**
     * Starts one somewhere else: in a network namespace, say.
     *
     * @param commandPrefix what its command line has to begin with
     * @param address where it listens and is reached
     * @return empty where this machine has no Consul of its own
     */
    public static Optional<ConsulServer> startAt(List<String> commandPrefix, String address, String datacenter) {
        return ServerBinaries.consul().map(binary -> {
            int port = FreePorts.next();
            ConsulServer server = new ConsulServer(
                    process(commandPrefix, binary, address, datacenter, port, FreePorts.next(), List.of()),
                    address,
                    port,
                    "");
            server.startAndWait();
            return server;
        });
    }

    private static List<String> hcl(List<String> settings) {
        return settings.stream().map(each -> "-hcl=" + each).toList();
    }

    private static ServerHost process(
            List<String> commandPrefix,
            Path binary,
            String address,
            String datacenter,
            int port,
            int wanPort,
            List<String> settings) {
        List<String> alone = new ArrayList<>(List.of("-bootstrap-expect=1", "-node=consul-" + datacenter));
        alone.addAll(hcl(settings));
        return process(commandPrefix, binary, address, datacenter, new Ports(port, FreePorts.next(), wanPort), alone);
    }

    private record Ports(int http, int lan, int wan) {}

    private static ServerHost process(
            List<String> commandPrefix,
            Path binary,
            String address,
            String datacenter,
            Ports ports,
            List<String> more) {
        TestDirectory directory = TestDirectory.create("consul-" + datacenter);
        List<String> command = new ArrayList<>(commandPrefix);
        command.addAll(List.of(
                binary.toString(),
                "agent",
                "-server",
                "-datacenter=" + datacenter,
                "-disable-host-node-id",
                "-bind=" + address,
                "-client=" + address,
                "-data-dir=" + directory.path().resolve("data"),
                "-http-port=" + ports.http(),
                "-serf-lan-port=" + ports.lan(),
                "-serf-wan-port=" + ports.wan(),
                "-server-port=" + FreePorts.next(),
                "-dns-port=-1",
                "-grpc-port=-1",
                "-log-level=warn",
                "-hcl=performance { raft_multiplier = 1 }",
                "-hcl=disable_update_check = true"));
        command.addAll(more);
        return new ProcessHost(directory, command);
    }

    /**
     * Servers that are one data centre; not started. Only as processes, since they have to reach one another.
     *
     * <p>None is struck off by the others for being dead, so that the quorum stays what it is.
     */
    static List<ConsulServer> together(String datacenter, int size) {
        Path binary = ServerBinaries.consul().orElseThrow(() -> ServerBinaries.missing("consul"));
        List<Ports> all = Stream.generate(() -> new Ports(FreePorts.next(), FreePorts.next(), FreePorts.next()))
                .limit(size)
                .toList();
        List<String> common = new ArrayList<>(List.of(
                "-bootstrap-expect=" + size, "-retry-interval=1s", "-hcl=autopilot { cleanup_dead_servers = false }"));
        all.forEach(each -> common.add("-retry-join=" + LOOPBACK + ":" + each.lan()));
        List<ConsulServer> servers = new ArrayList<>();
        for (Ports ports : all) {
            List<String> more = new ArrayList<>(common);
            more.add("-node=consul-" + datacenter + "-" + (servers.size() + 1));
            ServerHost host = process(List.of(), binary, LOOPBACK, datacenter, ports, more);
            servers.add(new ConsulServer(host, LOOPBACK, ports.http(), ""));
        }
        return servers;
    }

    private static ServerHost container(String datacenter, int port, List<String> settings) {
        List<String> command = new ArrayList<>(
                List.of("agent", "-server", "-bootstrap-expect=1", "-datacenter=" + datacenter, "-client=0.0.0.0"));
        command.addAll(hcl(settings));
        return new ContainerHost("consul", IMAGE, port, INSIDE_PORT, Map.of())
                .withCommand(command.toArray(new String[0]));
    }

    /** Its HTTP address, without a slash at the end. */
    public String url() {
        return "http://" + address + ":" + httpPort;
    }

    /** The value of one key. */
    public Optional<String> get(String key) {
        return Optional.ofNullable(read(key, null).get(key)).map(Stored::value);
    }

    /** The value of one key as this very server knows it, whether it has a leader or not. */
    public Optional<String> getStale(String key) {
        return Optional.ofNullable(read(key, "stale").get(key)).map(Stored::value);
    }

    /** All keys that start with the prefix, read at one moment. */
    public Map<String, String> list(String prefix) {
        Map<String, String> values = new TreeMap<>();
        entries(prefix).forEach((key, stored) -> values.put(key, stored.value()));
        return values;
    }

    /** Like {@link #list}, with what Consul keeps beside each value. */
    public Map<String, Stored> entries(String prefix) {
        return read(prefix, "recurse");
    }

    /**
     * A blocking query: answers when a key that starts with the prefix has changed since {@code index}, or when the
     * time is over.
     *
     * @param index of the answer before; 0 answers at once
     */
    public Changed awaitChange(String prefix, long index, Duration wait) {
        String query = "recurse&index=" + index + "&wait=" + wait.toMillis() + "ms";
        HttpResponse<String> answer = send("GET", "/v1/kv/" + prefix, query, "");
        long next = answer.headers().firstValueAsLong("X-Consul-Index").orElse(0);
        return new Changed(next, parsed(prefix, answer));
    }

    /** The answer of a blocking query: its index, and all the keys at one moment. */
    public record Changed(long index, Map<String, Stored> entries) {}

    /** Sets one key, as a hand edit would: with no flags. */
    public void put(String key, String value) {
        HttpResponse<String> answer = send("PUT", "/v1/kv/" + key, null, value);
        if (answer.statusCode() != 200 || !"true".equals(answer.body().strip())) {
            throw new IllegalStateException("PUT " + key + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    /** Removes one key; it need not exist. */
    public void delete(String key) {
        HttpResponse<String> answer = send("DELETE", "/v1/kv/" + key, null, "");
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("DELETE " + key + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    /** Asks its HTTP interface for anything else; the body of an answer that is 200. */
    public String call(String method, String path, String body) {
        HttpResponse<String> answer = send(method, path, null, body);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /** Whether it believes that it leads its data centre. An exception where it does not answer. */
    boolean leads() {
        try {
            return "Leader"
                    .equals(JSON.readTree(call("GET", "/v1/agent/self", ""))
                            .at("/Stats/raft/state")
                            .asText());
        } catch (IOException e) {
            throw new IllegalStateException("GET /v1/agent/self of " + url() + ": not JSON", e);
        }
    }

    @Override
    boolean isReady() {
        if (send("GET", "/v1/status/leader", null, "").body().length() <= "\"\"".length()) {
            return false;
        }
        put("heliograph-is-ready", "yes");
        delete("heliograph-is-ready");
        return true;
    }

    private Map<String, Stored> read(String key, @Nullable String query) {
        return parsed(key, send("GET", "/v1/kv/" + key, query, ""));
    }

    private static Map<String, Stored> parsed(String key, HttpResponse<String> answer) {
        if (answer.statusCode() == 404) {
            return Map.of();
        }
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("GET " + key + ": " + answer.statusCode() + " " + answer.body());
        }
        Map<String, Stored> found = new TreeMap<>();
        try {
            for (JsonNode entry : JSON.readTree(answer.body())) {
                found.put(entry.get("Key").asText(), Stored.of(entry));
            }
        } catch (IOException e) {
            throw new IllegalStateException("GET " + key + ": not JSON: " + answer.body(), e);
        }
        return found;
    }

    private HttpResponse<String> send(String method, String path, @Nullable String query, String body) {
        try {
            URI uri = new URI("http", null, address, httpPort, path, query, null);
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(uri).timeout(LIMIT).method(method, BodyPublishers.ofString(body));
            if (!token.isEmpty()) {
                request.header("X-Consul-Token", token);
            }
            return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + url() + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** One entry of Consul's key-value store. */
    public record Stored(String value, long flags, long modifyIndex) {
        static Stored of(JsonNode entry) {
            String encoded = entry.path("Value").asText("");
            byte[] bytes =
                    "null".equals(encoded) ? new byte[0] : Base64.getDecoder().decode(encoded);
            return new Stored(
                    new String(bytes, StandardCharsets.UTF_8),
                    entry.path("Flags").asLong(),
                    entry.path("ModifyIndex").asLong());
        }
    }
}
