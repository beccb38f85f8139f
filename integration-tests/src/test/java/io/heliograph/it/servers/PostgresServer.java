package io.heliograph.it.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A PostgreSQL with a database and an account for the tests.
 *
 * <p>It refuses to run as root; where the tests do, it runs as {@code postgres}, the account of Debian's package.
 */
public final class PostgresServer extends RealServer {
    private static final String IMAGE = "postgres:16";
    private static final int INSIDE_PORT = 5432;
    private static final String ACCOUNT = "postgres";

    private final int port;

    private PostgresServer(ServerHost host, int port) {
        super("postgresql", host);
        this.port = port;
    }

    /** Starts one and waits until its database takes writes. */
    public static PostgresServer start() {
        int port = FreePorts.next();
        Optional<Path> bin = ServerBinaries.postgresBin();
        ServerHost host = bin.isPresent() ? process(bin.get(), port) : container(port);
        PostgresServer server = new PostgresServer(host, port);
        server.startAndWait();
        return server;
    }

    private static ServerHost process(Path bin, int port) {
        TestDirectory directory = TestDirectory.create("postgres");
        Path data = directory.path().resolve("data");
        try {
            Path password = Files.writeString(directory.path().resolve("password"), Databases.PASSWORD);
            Files.createDirectory(data);
            if (isRoot()) {
                UserPrincipal account =
                        data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ACCOUNT);
                Files.setOwner(data, account);
            }
            Commands.run(asAccount(List.of(
                    bin.resolve("initdb").toString(),
                    "--pgdata=" + data,
                    "--username=" + Databases.USER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--no-locale",
                    "--no-sync")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare " + data, e);
        }
        return new ProcessHost(directory, asAccount(serverCommand(bin, data, port)));
    }

    private static List<String> serverCommand(Path bin, Path data, int port) {
        List<String> command =
                new ArrayList<>(List.of(bin.resolve("postgres").toString(), "-D", data.toString(), "-p", "" + port));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=" + data,
                "shared_buffers=16MB",
                "fsync=off",
                "full_page_writes=off")) {
            command.add("-c");
            command.add(setting);
        }
        return command;
    }

    private static List<String> asAccount(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        Path setpriv = ServerBinaries.setpriv().orElseThrow(() -> ServerBinaries.missing("postgresql"));
        List<String> all = new ArrayList<>(
                List.of(setpriv.toString(), "--reuid=" + ACCOUNT, "--regid=" + ACCOUNT, "--init-groups", "--"));
        all.addAll(command);
        return all;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static ServerHost container(int port) {
        Map<String, String> environment = Map.of(
                "POSTGRES_DB", Databases.NAME,
                "POSTGRES_USER", Databases.USER,
                "POSTGRES_PASSWORD", Databases.PASSWORD);
        return new ContainerHost("postgresql", IMAGE, port, INSIDE_PORT, environment);
    }

    /** The address of its database. */
    public String jdbcUrl() {
        return url(Databases.NAME);
    }

    public String user() {
        return Databases.USER;
    }

    public String password() {
        return Databases.PASSWORD;
    }

    @Override
    boolean isReady() throws SQLException {
        String limits = "?connectTimeout=3&socketTimeout=10";
        createDatabase(url("postgres") + limits);
        return Databases.takesWrites(jdbcUrl() + limits);
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private static void createDatabase(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, Databases.USER, Databases.PASSWORD);
                Statement statement = connection.createStatement()) {
            String sought = "select 1 from pg_database where datname = '" + Databases.NAME + "'";
            try (ResultSet found = statement.executeQuery(sought)) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("create database " + Databases.NAME);
        }
    }
}
