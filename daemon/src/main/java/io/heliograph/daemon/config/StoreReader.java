package io.heliograph.daemon.config;

import io.heliograph.daemon.config.Configuration.ClientTlsFiles;
import io.heliograph.daemon.config.Configuration.ConsulStore;
import io.heliograph.daemon.config.Configuration.Datacenters;
import io.heliograph.daemon.config.Configuration.DriftPolicy;
import io.heliograph.daemon.config.Configuration.JdbcStore;
import io.heliograph.daemon.config.Configuration.Store;
import io.heliograph.daemon.config.Configuration.Upkeep;
import io.heliograph.daemon.config.Configuration.ZooKeeperStore;
import io.heliograph.daemon.layout.KeyLayout;
import io.heliograph.kv.Limits;
import io.heliograph.kv.Owner;
import io.heliograph.kv.SecretFile;
import io.heliograph.kv.consul.ConsulSettings;
import io.heliograph.kv.jdbc.JdbcSettings;
import io.heliograph.kv.zookeeper.ZooKeeperAccessSettings;
import io.heliograph.kv.zookeeper.ZooKeeperSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one store of the list. */
final class StoreReader {

    private static final Pattern DATACENTER = Pattern.compile("[a-zA-Z0-9_-]{1,63}");
    private static final int MAX_SECRET_BYTES = 64 * 1024;

    /** Settings are made here only to see whether they can be. */
    private static final Owner ANYBODY = new Owner("anybody");

    private enum Type {
        CONSUL,
        ZOOKEEPER,
        JDBC
    }

    private final String masterPrefix;

    /**
     * @param masterPrefix key prefix of masters
     */
    StoreReader(String masterPrefix) {
        this.masterPrefix = masterPrefix;
    }

    /** Empty when the type is unknown; everything else that is wrong is recorded, and a store comes back all the same. */
    Optional<Store> read(Section section) {
        String name = section.text("name", "name");
        if (!name.isEmpty()) {
            try {
                Limits.checkName("name", name);
            } catch (IllegalArgumentException e) {
                section.problem("name", String.valueOf(e.getMessage()));
            }
        }
        Upkeep upkeep = readUpkeep(section);
        Optional<Type> type = section.requiredChoice("type", Type.class);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        Store store =
                switch (type.get()) {
                    case CONSUL -> readConsul(section, name, upkeep);
                    case ZOOKEEPER -> readZooKeeper(section, name, upkeep);
                    case JDBC -> readJdbc(section, name, upkeep);
                };
        section.done();
        return Optional.of(store);
    }

    private Upkeep readUpkeep(Section section) {
        Duration timeout =
                section.duration("timeout", Upkeep.DEFAULT_TIMEOUT, Duration.ofMillis(100), Duration.ofMinutes(2));
        Duration verifyInterval = section.duration(
                "verify-interval", Upkeep.DEFAULT_VERIFY_INTERVAL, Duration.ofSeconds(1), Duration.ofHours(24));
        DriftPolicy policy = section.choice("drift", DriftPolicy.class, DriftPolicy.REPAIR);
        return new Upkeep(timeout, policy, verifyInterval, readLayout(section));
    }

    private KeyLayout readLayout(Section section) {
        if (!section.hasBlock("layout", List.of("json"))) {
            return KeyLayout.CLASSIC;
        }
        Section layout = section.section("layout");
        Optional<Map<String, String>> keys = layout.isWritten("keys")
                ? Optional.of(layout.section("keys").namedTexts("value template"))
                : Optional.empty();
        Optional<String> json = layout.optionalText("json", "key template");
        layout.done();
        try {
            return KeyLayout.of(keys, json, masterPrefix);
        } catch (IllegalArgumentException e) {
            section.problem("layout", String.valueOf(e.getMessage()));
            return KeyLayout.CLASSIC;
        }
    }

    private ConsulStore readConsul(Section section, String name, Upkeep upkeep) {
        String url = section.text("url", "http or https URL");
        Path tokenFile = section.optionalFile("token-file").orElse(null);
        if (tokenFile != null && secret(section, "token-file", tokenFile) != null) {
            try {
                SecretFile.open(tokenFile);
            } catch (IOException e) {
                section.problem("token-file", String.valueOf(e.getMessage()));
            }
        }
        ClientTlsFiles tls = new StoreTlsReader(InstantSource.system()).read(section);
        check(section, "url", url, () -> new ConsulSettings(name, ANYBODY, url, null, upkeep.timeout()));
        return new ConsulStore(name, url, tokenFile, tls, readDatacenters(section), upkeep);
    }

    private static Datacenters readDatacenters(Section section) {
        List<String> names = section.isList("datacenters")
                ? section.texts("datacenters")
                : List.of(section.textOr("datacenters", "local, all, or a list of names", "local"));
        if (names.equals(List.of("local"))) {
            return Datacenters.LOCAL;
        }
        if (names.equals(List.of("all"))) {
            return Datacenters.ALL;
        }
        boolean isList = section.isList("datacenters");
        if (names.isEmpty() || !isList || Set.copyOf(names).size() < names.size()) {
            section.problem("datacenters", "should be local, all, or a list of different names");
            return Datacenters.LOCAL;
        }
        for (String datacenter : names) {
            if (!DATACENTER.matcher(datacenter).matches()) {
                section.problem("datacenters", "'" + datacenter + "' is no name of a data centre in Consul");
            }
        }
        return new Datacenters(false, names);
    }

    private ZooKeeperStore readZooKeeper(Section section, String name, Upkeep upkeep) {
        String connect = section.text("connect", "servers, and a path");
        String login = secret(section, "auth-file");
        ZooKeeperAccessSettings access = new ZooKeeperAccessReader().read(section, login);
        check(
                section,
                "connect",
                connect,
                () -> new ZooKeeperSettings(name, ANYBODY, connect, access, upkeep.timeout()));
        return new ZooKeeperStore(name, connect, access, upkeep);
    }

    private JdbcStore readJdbc(Section section, String name, Upkeep upkeep) {
        String url = section.text("url", "JDBC URL");
        String user = section.optionalText("user", "text").orElse(null);
        String password = secret(section, "password-file");
        String table = section.textOr("table", "name of a table", JdbcSettings.DEFAULT_TABLE);
        boolean good = check(
                section, "url", url, () -> settings(name, url, user, password, upkeep, JdbcSettings.DEFAULT_TABLE));
        if (good) {
            check(section, "table", table, () -> settings(name, url, user, password, upkeep, table));
        }
        return new JdbcStore(name, url, user, password, table, upkeep);
    }

    private static JdbcSettings settings(
            String name, String url, @Nullable String user, @Nullable String password, Upkeep upkeep, String table) {
        return new JdbcSettings(name, ANYBODY, url, user, password, upkeep.timeout(), table);
    }

    /** The adapter's own settings know best what it can use. */
    private static boolean check(Section section, String key, String value, Runnable construct) {
        if (value.isEmpty()) {
            return false;
        }
        try {
            construct.run();
            return true;
        } catch (IllegalArgumentException e) {
            section.problem(key, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private static @Nullable String secret(Section section, String key) {
        Optional<Path> file = section.optionalFile(key);
        return file.isEmpty() ? null : secret(section, key, file.get());
    }

    private static @Nullable String secret(Section section, String key, Path file) {
        try {
            if (Files.size(file) > MAX_SECRET_BYTES) {
                section.problem(key, file + " is too large for a secret");
                return null;
            }
            if (!Files.isRegularFile(file)) {
                section.problem(key, "cannot read " + file + ": it is no ordinary file");
                return null;
            }
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            section.problem(key, "there is no file " + file);
        } catch (IOException e) {
            section.problem(key, "cannot read " + file + ": " + e.getMessage());
        }
        return null;
    }
}
