package io.heliograph.it.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A MariaDB with a database and an account for the tests. */
public final class MariaDbServer extends RealServer {
    private static final String IMAGE = "mariadb:11";
    private static final int INSIDE_PORT = 3306;

    private final int port;

    private MariaDbServer(ServerHost host, int port) {
        super("mariadb", host);
        this.port = port;
    }

    /** Starts one and waits until its database takes writes. */
    public static MariaDbServer start() {
        int port = FreePorts.next();
        Optional<Path> binary = ServerBinaries.mariadbd();
        Optional<Path> installer = ServerBinaries.mariadbInstallDb();
        ServerHost host = binary.isPresent() && installer.isPresent()
                ? process(binary.get(), installer.get(), port)
                : container(port);
        MariaDbServer server = new MariaDbServer(host, port);
        server.startAndWait();
        return server;
    }

    private static ServerHost process(Path binary, Path installer, int port) {
        TestDirectory directory = TestDirectory.create("mariadb");
        Path data = directory.path().resolve("data");
        List<String> install = new ArrayList<>(List.of(
                installer.toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        install.addAll(account());
        Commands.run(install);
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--init-file=" + writeInitFile(directory.path()),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=" + directory.path().resolve("s"),
                "--pid-file=" + directory.path().resolve("pid"),
                "--skip-name-resolve",
                "--performance-schema=off",
                "--innodb-buffer-pool-size=16M",
                "--innodb-flush-log-at-trx-commit=2",
                "--innodb-use-native-aio=0"));
        command.addAll(account());
        return new ProcessHost(directory, command);
    }

    /** MariaDB runs as root only when told to. */
    private static List<String> account() {
        return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
    }

    private static Path writeInitFile(Path directory) {
        Path file = directory.resolve("init.sql");
        String sql =
                """
                create database if not exists %1$s;
                create user if not exists '%2$s'@'%%' identified by '%3$s';
                grant all on *.* to '%2$s'@'%%' with grant option;
                """
                        .formatted(Databases.NAME, Databases.USER, Databases.PASSWORD);
        try {
            return Files.writeString(file, sql);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static ServerHost container(int port) {
        Map<String, String> environment = Map.of(
                "MARIADB_DATABASE", Databases.NAME,
                "MARIADB_USER", Databases.USER,
                "MARIADB_PASSWORD", Databases.PASSWORD,
                "MARIADB_ROOT_PASSWORD", Databases.PASSWORD);
        return new ContainerHost("mariadb", IMAGE, port, INSIDE_PORT, environment);
    }

    /** The address of its database. */
    public String jdbcUrl() {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + Databases.NAME;
    }

    public String user() {
        return Databases.USER;
    }

    /** An account that may do everything, with the same password. */
    public String administrator() {
        return ServerBinaries.mariadbd().isPresent() ? Databases.USER : "root";
    }

    public String password() {
        return Databases.PASSWORD;
    }

    @Override
    boolean isReady() throws SQLException {
        return Databases.takesWrites(jdbcUrl() + "?connectTimeout=3000&socketTimeout=10000");
    }
}
