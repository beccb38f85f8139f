package io.heliograph.daemon.http;

import io.heliograph.daemon.auth.Caller;
import io.heliograph.daemon.auth.Role;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;

/** How a node tells the leader for whom it passes a request on. Believed only when a node says it. */
final class OnBehalf {

    static final String HEADER = "X-Heliograph-Caller";

    private OnBehalf() {}

    /** The header's value: name, role and door. */
    static String header(Caller caller) {
        return encoded(caller.name()) + ' ' + caller.role().word() + ' ' + encoded(caller.door());
    }

    /**
     * @param node who sent the request
     * @return for whom it did; the node itself when it does not say
     * @throws HttpProblem 400 when it says it in other words
     */
    static Caller of(HttpFields headers, Caller node) {
        String value = headers.get(HEADER);
        if (value == null) {
            return node;
        }
        String[] parts = value.split(" ", -1);
        if (parts.length != 3) {
            throw malformed();
        }
        Role role = Role.of(parts[1]).orElseThrow(OnBehalf::malformed);
        return new Caller(decoded(parts[0]), role, decoded(parts[2]) + " via " + node.name());
    }

    private static HttpProblem malformed() {
        return new HttpProblem(ProblemKind.BAD_REQUEST, HEADER + " should hold a name, a role and a door");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }
}
