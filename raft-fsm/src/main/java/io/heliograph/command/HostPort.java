package io.heliograph.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a database server, as operators write it: {@code db1:3306}, or {@code [2001:db8::1]:3306}.
 *
 * @param host host name or literal address, without brackets; 1 to {@value #MAX_HOST} characters
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {

    /** Longest host name (RFC 1035, section 2.3.4). */
    public static final int MAX_HOST = 253;

    private static final Pattern BRACKETED = Pattern.compile("\\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)]:([0-9]{1,9})");
    private static final Pattern PLAIN = Pattern.compile("([^:\\[\\]]+):([0-9]{1,9})");
    private static final Pattern HOST = Pattern.compile("[\\p{Alnum}_]([\\p{Alnum}._-]*[\\p{Alnum}_])?\\.?");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    public HostPort {
        if (host.isEmpty() || host.length() > MAX_HOST) {
            throw new IllegalArgumentException("a host has 1 to " + MAX_HOST + " characters, not " + host.length());
        }
        if (!HOST.matcher(host).matches() && !IPV6.matcher(host).matches()) {
            throw new IllegalArgumentException("'" + sanitized(host) + "' is neither a host name nor an address");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
    }

    /**
     * @throws IllegalArgumentException naming what is wrong with {@code text}
     */
    public static HostPort parse(String text) {
        Matcher bracketed = BRACKETED.matcher(text);
        Matcher plain = PLAIN.matcher(text);
        Matcher found = bracketed.matches() ? bracketed : plain;
        if (!found.matches()) {
            throw new IllegalArgumentException("'" + sanitized(text) + "' is not host:port, for example db1:3306");
        }
        return new HostPort(found.group(1), Integer.parseInt(found.group(2)));
    }

    private static String sanitized(String text) {
        String shown = text.length() <= 80 ? text : text.substring(0, 80) + "…";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    /** {@code host:port}, with brackets around a literal IPv6 address. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
