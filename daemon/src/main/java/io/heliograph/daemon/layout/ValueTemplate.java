package io.heliograph.daemon.layout;

import io.heliograph.command.Master;
import io.heliograph.kv.Limits;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value with placeholders: {@code {alias}}, {@code {master}} (that is {@code host:port}, with brackets around a literal
 * IPv6 address), {@code {host}}, {@code {port}}, {@code {ipv4}}, {@code {ipv6}}. An address that could not be resolved is
 * empty.
 */
record ValueTemplate(String text) {

    static final int MAX_LENGTH = 1_000;

    private static final List<String> NAMES = List.of("alias", "master", "host", "port", "ipv4", "ipv6");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    ValueTemplate {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a value has at most " + MAX_LENGTH + " characters, not " + text.length());
        }
        Matcher found = PLACEHOLDER.matcher(text);
        while (found.find()) {
            if (!Set.copyOf(NAMES).contains(found.group(1))) {
                throw new IllegalArgumentException(
                        "value '" + text + "': {" + found.group(1) + "} is not one of " + NAMES);
            }
        }
        Limits.checkValue("value", text);
    }

    String value(String alias, Master master) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(valueOf(found.group(1), alias, master)));
    }

    private static String valueOf(String name, String alias, Master master) {
        return switch (name) {
            case "alias" -> alias;
            case "master" -> master.address().toString();
            case "host" -> master.address().host();
            case "port" -> Integer.toString(master.address().port());
            case "ipv4" -> master.ipv4();
            default -> master.ipv6();
        };
    }
}
