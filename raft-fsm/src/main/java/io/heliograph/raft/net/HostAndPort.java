package io.heliograph.raft.net;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a member is.
 *
 * @param host name or literal address, without brackets
 * @param port TCP port, 1 to 65535
 */
record HostAndPort(String host, int port) {

    private static final Pattern TEXT =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]+(?:%\\w+)?)]|([^:\\[\\]\\s]+)):([0-9]{1,5})");
    private static final int MAX_SHOWN = 80;

    HostAndPort {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
    }

    /**
     * @param text {@code host:port}, with brackets around a literal IPv6 address
     * @throws IllegalArgumentException with one line that shows {@code text} and says what is wrong with it
     */
    static HostAndPort parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + shown(text) + "' is not host:port, for example 10.0.1.5:10008 or [2001:db8::5]:10008");
        }
        String literal = matcher.group(1);
        try {
            return new HostAndPort(literal == null ? matcher.group(2) : literal, Integer.parseInt(matcher.group(3)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + shown(text) + "': " + e.getMessage(), e);
        }
    }

    private static String shown(String text) {
        String cut = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    /** {@code host:port}, with brackets around a literal IPv6 address. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
