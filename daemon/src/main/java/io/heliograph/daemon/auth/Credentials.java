package io.heliograph.daemon.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * A name and a secret, as an {@code Authorization} header brings them (RFC 6750, RFC 7617).
 *
 * @param name of the token
 * @param secret of the token
 * @param typed what came as the secret, a bearer's name in front of it and all
 * @param door {@code token} or {@code basic}
 */
record Credentials(String name, String secret, String typed, String door) {

    private static final int MAX_LENGTH = 1_024;

    /** Empty when the header is none that we understand. */
    static Optional<Credentials> parse(String header) {
        int space = header.indexOf(' ');
        if (space < 0 || header.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String scheme = header.substring(0, space).toLowerCase(Locale.ROOT);
        String rest = header.substring(space + 1).strip();
        return switch (scheme) {
            case "bearer" -> bearer(rest);
            case "basic" -> basic(rest);
            default -> Optional.empty();
        };
    }

    static Optional<Credentials> bearer(String text) {
        int dot = text.indexOf('.');
        return dot <= 0
                ? Optional.empty()
                : Optional.of(new Credentials(
                        text.substring(0, dot), text.substring(dot + 1), text.substring(dot + 1), "token"));
    }

    /** The password may be the secret alone, or all that a bearer would send. */
    private static Optional<Credentials> basic(String text) {
        try {
            String pair = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon <= 0) {
                return Optional.empty();
            }
            String name = pair.substring(0, colon);
            String password = pair.substring(colon + 1);
            String secret = password.startsWith(name + ".") ? password.substring(name.length() + 1) : password;
            return Optional.of(new Credentials(name, secret, password, "basic"));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "Credentials[name=" + name + ", door=" + door + "]";
    }
}
