package io.heliograph.kv.jdbc;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keeps passwords out of messages. Drivers and pools like to quote the address they were given. */
final class Secrets {

    private static final Pattern IN_ADDRESS = Pattern.compile("(?i)(password|pwd)=[^&;\\s]*");

    private final String url;
    private final @Nullable String password;

    Secrets(JdbcSettings settings) {
        this.url = settings.url();
        this.password = settings.password();
    }

    String hideIn(String message) {
        String line = message.replace(Dialect.driverUrl(url), "(address)").replace(url, "(address)");
        line = IN_ADDRESS.matcher(line).replaceAll("$1=***");
        return password == null || password.isEmpty() ? line : line.replace(password, "***");
    }
}
