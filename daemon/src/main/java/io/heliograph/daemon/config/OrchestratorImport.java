package io.heliograph.daemon.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.auth.SecretHash;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.kv.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * Makes a configuration of what an {@code orchestrator.conf.json} says about its KV stores, its raft group and its HTTP
 * server. Used by one thread, once.
 */
public final class OrchestratorImport {

    private static final Set<String> UNNEEDED = Set.of("ConsulKVStoreProvider", "ConsulMaxKVsPerTransaction");

    /**
     * What came of it.
     *
     * @param yaml the configuration
     * @param notes what was not carried over, or assumed, one line each, as {@code KEY: …}
     * @param secrets text by name of the file beside the configuration that it belongs into
     * @param tokens belong into {@code tokens.yaml} beside it; null where it is not needed
     */
    public record Result(String yaml, List<String> notes, Map<String, String> secrets, @Nullable Tokens tokens) {
        /** Leaves the secrets out. */
        @Override
        public String toString() {
            return "Result[notes=" + notes + ", secrets=" + secrets.keySet() + "]";
        }
    }

    private final String cluster;
    private final Source source;
    private final ObjectNode old;
    private final Set<String> used = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> secrets = new LinkedHashMap<>();
    private @Nullable Tokens tokens;

    private OrchestratorImport(String cluster, Source source, ObjectNode old) {
        this.cluster = cluster;
        this.source = source;
        this.old = old;
    }

    /**
     * @param file name of the file, for what is wrong with it
     * @param json what it holds
     * @param cluster name of the Heliograph cluster
     * @throws ConfigurationException with everything that makes it unusable
     */
    public static Result run(String file, String json, String cluster) throws ConfigurationException {
        Source source = new Source(Path.of(file), Map.of());
        try {
            Limits.checkName("cluster", cluster);
            JsonNode read = new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(json);
            if (read instanceof ObjectNode object) {
                return new OrchestratorImport(cluster, source, object).run();
            }
            source.problem(0, "", "should be a JSON object, as orchestrator reads it");
        } catch (JsonProcessingException e) {
            source.problem(
                    e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                    "",
                    "is not JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            source.problem(0, "--cluster", String.valueOf(e.getMessage()));
        }
        throw new ConfigurationException(source.problems());
    }

    private Result run() throws ConfigurationException {
        Map<String, Object> file = new LinkedHashMap<>();
        OldGroup group = OldGroup.read(this);
        file.put("cluster", cluster);
        note(
                "cluster",
                "orchestrator's groups have no name; this one owns what is in the stores, so it must never change");
        file.put("node", map("id", group.self(), "data-dir", dataDir()));
        file.put("raft", map("listen", group.listen(), "members", group.members()));
        file.put("http", http(group));
        file.put("kv", map("master-prefix", masterPrefix()));
        List<Object> stores = new ArrayList<>();
        consul(stores);
        zookeeper(stores);
        if (!stores.isEmpty()) {
            file.put("stores", stores);
        }
        tellTheRest();
        if (!source.problems().isEmpty()) {
            throw new ConfigurationException(source.problems());
        }
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Result(new Yaml(options).dump(file), List.copyOf(notes), Map.copyOf(secrets), tokens);
    }

    static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i].toString(), pairs[i + 1]);
        }
        return map;
    }

    /** Says something about a key, old or new. */
    void note(String key, String message) {
        // what others wrote must not end the comment that it becomes
        notes.add((key + ": " + message).replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]", "?"));
    }

    /** A missing node where it is null: to orchestrator, too, that is as if it were not there. */
    private JsonNode value(String key) {
        used.add(key);
        JsonNode value = old.path(key);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    String text(String key, String fallback) {
        JsonNode value = value(key);
        if (value.isMissingNode() || (value.isTextual() && value.asText().isEmpty())) {
            return fallback;
        }
        if (!value.isTextual()) {
            source.problem(0, key, "should be text");
            return fallback;
        }
        return value.asText();
    }

    boolean yes(String key) {
        JsonNode value = value(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            source.problem(0, key, "should be true or false");
        }
        return value.asBoolean();
    }

    int number(String key, int fallback) {
        JsonNode value = value(key);
        if (!value.isMissingNode() && !value.isInt()) {
            source.problem(0, key, "should be a whole number");
        }
        return value.asInt(fallback);
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        JsonNode value = value(key);
        if (!value.isMissingNode() && !value.isArray()) {
            source.problem(0, key, "should be a list");
        }
        for (JsonNode each : value) {
            if (each.isTextual()) {
                texts.add(each.asText());
            } else {
                source.problem(0, key, "should be a list of text");
            }
        }
        return texts;
    }

    private String masterPrefix() {
        String prefix = text("KVClusterMasterPrefix", "mysql/master").replaceAll("^/+|/+$", "");
        JsonNode given = value("KVClusterMasterPrefix");
        boolean isTop = prefix.isEmpty() || (given.isTextual() && given.asText().isEmpty());
        if (!isTop) {
            return prefix;
        }
        note(
                "KVClusterMasterPrefix",
                "puts masters at the top of each store, which has no counterpart; kv.master-prefix is mysql/master,"
                        + " so whoever reads the keys has to be told");
        return "mysql/master";
    }

    private String dataDir() {
        String directory = text("RaftDataDir", "");
        if (directory.isEmpty()) {
            note("RaftDataDir", "is not given; node.data-dir is /var/lib/heliograph");
            return "/var/lib/heliograph";
        }
        note(
                "RaftDataDir",
                "what orchestrator keeps there cannot be taken over; node.data-dir is a directory below it");
        return directory.replaceAll("/+$", "") + "/heliograph";
    }

    private Map<String, Object> http(OldGroup group) {
        Map<String, Object> http = map("listen", group.httpListen());
        String method = text("AuthenticationMethod", "");
        String user = text("HTTPAuthUser", "");
        String password = text("HTTPAuthPassword", "");
        switch (method) {
            case "" -> {
                if (yes("UseSSL") && yes("UseMutualTLS")) {
                    http.put("auth", auth(new LinkedHashMap<>(), group));
                    break;
                }
                http.put("auth", "none");
                note(
                        "AuthenticationMethod",
                        "is empty, so whoever reaches http.listen can change masters, as before;"
                                + " see 'heliograph token create' for something better");
            }
            case "basic", "multi" -> http.put("auth", basic(method, user, password, group));
            default -> {
                http.put("auth", auth(new LinkedHashMap<>(), group));
                note(
                        "AuthenticationMethod",
                        "'" + method + "' has no counterpart, so nobody is known yet; add somebody with 'heliograph"
                                + " token create'");
            }
        }
        if (yes("ReadOnly")) {
            note("ReadOnly", "has no counterpart; whoever has a token with the role read can change nothing");
        }
        tls(http);
        return http;
    }

    private Map<String, Object> basic(String method, String user, String password, OldGroup group) {
        Map<String, Tokens.Token> known = new LinkedHashMap<>();
        if (user.isEmpty() || password.isEmpty()) {
            note(
                    "HTTPAuthUser",
                    "without it and HTTPAuthPassword nobody is known; add somebody with 'heliograph token create'");
        } else {
            try {
                TokensFile.checkName(user);
                known.put(user, new Tokens.Token(Role.ADMIN, SecretHash.ofPassword(password)));
                note("HTTPAuthPassword", "tokens.yaml has a hash of it; older clients go on sending user and password");
            } catch (IllegalArgumentException e) {
                note("HTTPAuthUser", e.getMessage() + "; add somebody with 'heliograph token create'");
            }
        }
        if (method.equals("multi")) {
            note(
                    "AuthenticationMethod",
                    "'multi' let everybody else read without a password; here a reader needs a token");
        }
        return auth(known, group);
    }

    /** Whoever is known, and the nodes where there are several. */
    private Map<String, Object> auth(Map<String, Tokens.Token> known, OldGroup group) {
        Map<String, Object> auth = map("tokens-file", "tokens.yaml");
        if (group.members().size() > 1) {
            String secret = SecretHash.draw();
            String name = known.containsKey("nodes") ? "other-nodes" : "nodes";
            known.put(name, new Tokens.Token(Role.NODE, SecretHash.ofDrawn(secret)));
            secrets.put("node.token", Tokens.bearer(name, secret) + "\n");
            auth.put("node-token-file", "node.token");
            note("http.auth", "copy tokens.yaml and node.token to every node; do not import them anew on each");
        }
        tokens = new Tokens(known, Map.of());
        return auth;
    }

    private void tls(Map<String, Object> http) {
        String certificate = text("SSLCertFile", "");
        String key = text("SSLPrivateKeyFile", "");
        String ca = text("SSLCAFile", "");
        boolean mutual = yes("UseMutualTLS");
        if (yes("UseSSL")) {
            if (certificate.isEmpty() || key.isEmpty()) {
                source.problem(0, "UseSSL", "needs SSLCertFile and SSLPrivateKeyFile");
            }
            Map<String, Object> tls = map("certificate", certificate, "key", key);
            if (!ca.isEmpty()) {
                tls.put("ca", ca);
                if (mutual) {
                    tls.put("client-ca", ca);
                    note(
                            "UseMutualTLS",
                            "add the subjects of clients' certificates to tokens.yaml, under certificates");
                }
            }
            http.put("tls", tls);
        } else if (!(certificate + key + ca).isEmpty() || mutual) {
            note("UseSSL", "is false, so certificates and keys are not carried over");
        }
        if (yes("SSLSkipVerify")) {
            note("SSLSkipVerify", "certificates and host names are always verified");
        }
    }

    private void consul(List<Object> stores) {
        String address = text("ConsulAddress", "");
        String scheme = text("ConsulScheme", "http");
        String token = text("ConsulAclToken", "");
        boolean everywhere = yes("ConsulCrossDataCenterDistribution");
        if (address.isEmpty()) {
            return;
        }
        if (address.startsWith("unix:")) {
            note("ConsulAddress", "a socket has no counterpart; add a store with the agent's HTTP address");
            return;
        }
        String url = address.matches("https?://.*") ? address : scheme + "://" + address;
        Map<String, Object> store = map("name", "consul", "type", "consul", "url", url);
        if (!token.isEmpty()) {
            store.put("token-file", "consul.token");
            secrets.put("consul.token", token + "\n");
            note(
                    "ConsulAclToken",
                    "is in consul.token beside this file; it needs the right to write below heliograph/, too");
        }
        if (everywhere) {
            store.put("datacenters", "all");
        }
        stores.add(store);
    }

    private void zookeeper(List<Object> stores) {
        String address = text("ZkAddress", "");
        if (address.isEmpty()) {
            return;
        }
        List<String> servers = new ArrayList<>();
        for (String server : address.split(",")) {
            String one = server.strip();
            if (one.isEmpty()) {
                continue;
            }
            servers.add(one.matches(".*:[0-9]+") ? one : one + ":2181");
        }
        stores.add(map("name", "zookeeper", "type", "zookeeper", "connect", String.join(",", servers)));
    }

    private void tellTheRest() {
        for (String key : UNNEEDED) {
            used.add(key);
        }
        UNNEEDED.stream()
                .sorted()
                .filter(old::has)
                .forEach(key -> note(key, "is not needed: the keys of a master are always one transaction"));
        for (String key : List.of("URLPrefix", "StatusEndpoint")) {
            String path = text(key, "");
            if (!path.isEmpty() && !path.equals("/api/status")) {
                note(
                        key,
                        "has no counterpart: clients that ask for '" + path
                                + "' need the usual path, or a proxy in front that turns one into the other");
            }
        }
        old.fieldNames().forEachRemaining(key -> {
            Optional<String> meant =
                    used.stream().filter(each -> each.equalsIgnoreCase(key)).findFirst();
            if (meant.isPresent() && !meant.get().equals(key)) {
                source.problem(0, key, "is not the way to write " + meant.get() + "; write it like that");
            } else if (!used.contains(key)) {
                note(key, "is not carried over: it is about something that Heliograph does not do");
            }
        });
    }
}
