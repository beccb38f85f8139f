package io.heliograph.daemon.auth;

/**
 * Who sent a request.
 *
 * @param name of the token, or of the certificate; {@value #NOBODY} where nobody has to say who they are
 * @param role what they may do
 * @param door how they came in: {@code token}, {@code basic}, {@code certificate} or {@code open}; for a request that
 *     another node passed on, how they came in there, and {@code via} with that node's name
 */
public record Caller(String name, Role role, String door) {

    /** A caller without a name. */
    public static final String NOBODY = "anonymous";

    /** Whoever comes to a node that asks nobody for a name. */
    public static final Caller ANYBODY = new Caller(NOBODY, Role.ADMIN, "open");
}
