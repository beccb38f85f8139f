package io.heliograph.it.hands;

import io.heliograph.it.servers.ConsulServer.Stored;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One select over and over, on a connection that is kept while it works. */
final class SqlSource implements Source {
    private static final long POLL_MILLIS = 4;
    private static final int LIMIT_SECONDS = 5;
    private static final String SELECT =
            "select store_key, store_value, revision from kv_store where store_key = ? or store_key like ?";

    private final String url;
    private final Properties properties;
    private final String head;
    private @Nullable Connection connection;

    private SqlSource(String url, Properties properties, String head) {
        this.url = url;
        this.properties = properties;
        this.head = head;
    }

    static SqlSource server(String url, String user, String password, String head) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return new SqlSource(url, properties, head);
    }

    /** An SQLite file that somebody else writes; this one cannot. */
    static SqlSource file(Path file, String head) {
        Properties properties = new Properties();
        properties.setProperty("open_mode", "1");
        properties.setProperty("busy_timeout", "1000");
        return new SqlSource("jdbc:sqlite:" + file, properties, head);
    }

    @Override
    public Map<String, Stored> next() throws SQLException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        try {
            return select(connected());
        } catch (SQLException e) {
            disconnect();
            throw e;
        }
    }

    private Connection connected() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = DriverManager.getConnection(url, properties);
            connection = open;
        }
        return open;
    }

    private Map<String, Stored> select(Connection open) throws SQLException {
        try (PreparedStatement select = open.prepareStatement(SELECT)) {
            select.setQueryTimeout(LIMIT_SECONDS);
            select.setString(1, head);
            select.setString(2, head + "/%");
            Map<String, Stored> found = new TreeMap<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), new Stored(rows.getString(2), rows.getLong(3), 0));
                }
            }
            return found;
        }
    }

    private void disconnect() throws SQLException {
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws SQLException {
        disconnect();
    }
}
