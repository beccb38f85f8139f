package io.heliograph.it.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds servers on this machine: by an environment variable, then where {@code install-servers.sh} unpacks them, then on
 * the PATH and in Debian's usual places.
 */
final class ServerBinaries {
    private static final List<Path> USUAL = Stream.of("/usr/local/bin", "/usr/bin", "/usr/local/sbin", "/usr/sbin")
            .map(Path::of)
            .toList();
    private static final Path POSTGRES_VERSIONS = Path.of("/usr/lib/postgresql");
    private static final Path JAVA_LIBRARIES = Path.of("/usr/share/java");
    private static final String ZOOKEEPER_MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

    private ServerBinaries() {}

    static Optional<Path> consul() {
        return find("CONSUL", "consul");
    }

    static Optional<Path> mariadbd() {
        return find("MARIADBD", "mariadbd");
    }

    static Optional<Path> mariadbInstallDb() {
        return find("MARIADB_INSTALL_DB", "mariadb-install-db");
    }

    /** The directory that holds {@code postgres} and {@code initdb}. */
    static Optional<Path> postgresBin() {
        String given = System.getenv("POSTGRES_BIN");
        if (given != null) {
            Path bin = Path.of(given);
            mustBeExecutable("POSTGRES_BIN", bin.resolve("postgres"));
            return Optional.of(bin);
        }
        List<Path> directories = new ArrayList<>(searchPath());
        directories.addAll(postgresVersions());
        return directories.stream()
                .filter(bin -> Files.isExecutable(bin.resolve("postgres")) && Files.isExecutable(bin.resolve("initdb")))
                .findFirst();
    }

    /** A class path that holds the ZooKeeper server: Debian's jars, or else those of the tests. */
    static Optional<String> zookeeperClasspath() {
        String given = System.getenv("ZOOKEEPER_CLASSPATH");
        if (given != null) {
            return Optional.of(given);
        }
        Path jar = JAVA_LIBRARIES.resolve("zookeeper.jar");
        if (Files.isReadable(jar)) {
            return Optional.of(jar + File.pathSeparator + JAVA_LIBRARIES.resolve("slf4j-simple.jar"));
        }
        boolean onClasspath =
                ServerBinaries.class.getClassLoader().getResource(ZOOKEEPER_MAIN.replace('.', '/') + ".class") != null;
        return onClasspath ? Optional.of(System.getProperty("java.class.path")) : Optional.empty();
    }

    static String zookeeperMain() {
        return ZOOKEEPER_MAIN;
    }

    static Optional<Path> openssl() {
        return find("OPENSSL", "openssl");
    }

    static Optional<Path> chromium() {
        return find("CHROMIUM", "chromium");
    }

    static Optional<Path> chromedriver() {
        return find("CHROMEDRIVER", "chromedriver");
    }

    static Optional<Path> curl() {
        return find("CURL", "curl");
    }

    static Optional<Path> jq() {
        return find("JQ", "jq");
    }

    /** The program that runs PostgreSQL under another account, which it insists on when the tests run as root. */
    static Optional<Path> setpriv() {
        return find("SETPRIV", "setpriv");
    }

    /**
     * Ends the test: skipped, or failed where {@code CI=true}.
     *
     * @param server consul, zookeeper, mariadb, postgresql, openssl, chromium, curl or jq
     */
    static RuntimeException missing(String server) {
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(
                    "needs " + server + ", which is neither installed nor to be had from a container engine,"
                            + " and CI=true allows no skipping: run integration-tests/install-servers.sh");
        }
        Assumptions.abort("skipped: needs " + server);
        throw new AssertionError("abort() returned");
    }

    private static Optional<Path> find(String variable, String name) {
        String given = System.getenv(variable);
        if (given != null) {
            Path file = Path.of(given);
            mustBeExecutable(variable, file);
            return Optional.of(file);
        }
        return Stream.concat(searchPath().stream(), USUAL.stream())
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void mustBeExecutable(String variable, Path file) {
        if (!Files.isExecutable(file)) {
            throw new IllegalStateException(variable + ": " + file + " is not an executable file");
        }
    }

    private static List<Path> searchPath() {
        List<Path> directories = new ArrayList<>();
        installed().ifPresent(directories::add);
        String path = System.getenv("PATH");
        if (path != null) {
            Stream.of(path.split(File.pathSeparator))
                    .filter(entry -> !entry.isEmpty())
                    .map(Path::of)
                    .forEach(directories::add);
        }
        return directories;
    }

    /** Tests run in the directory of a module or of the project. */
    private static Optional<Path> installed() {
        for (@Nullable Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            for (String servers : List.of("integration-tests/.servers/bin", ".servers/bin")) {
                if (Files.isDirectory(at.resolve(servers))) {
                    return Optional.of(at.resolve(servers));
                }
            }
        }
        return Optional.empty();
    }

    private static List<Path> postgresVersions() {
        if (!Files.isDirectory(POSTGRES_VERSIONS)) {
            return List.of();
        }
        try (Stream<Path> versions = Files.list(POSTGRES_VERSIONS)) {
            return versions.filter(version -> version.getFileName().toString().matches("\\d+"))
                    .sorted(Comparator.comparing((Path version) ->
                                    Integer.valueOf(version.getFileName().toString()))
                            .reversed())
                    .map(version -> version.resolve("bin"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + POSTGRES_VERSIONS, e);
        }
    }
}
