package io.heliograph.daemon.auth;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who is known. Immutable.
 *
 * @param tokens by name
 * @param certificates callers by the subject of their certificate, as RFC 2253 writes it
 */
public record Tokens(Map<String, Token> tokens, Map<String, Caller> certificates) {

    /** Nobody. */
    public static final Tokens NONE = new Tokens(Map.of(), Map.of());

    public Tokens {
        tokens = java.util.Collections.unmodifiableMap(new TreeMap<>(tokens));
        certificates = Map.copyOf(certificates);
    }

    /**
     * @param role what its bearer may do
     * @param hash of its secret
     */
    public record Token(Role role, SecretHash hash) {}

    Optional<Token> token(String name) {
        return Optional.ofNullable(tokens.get(name));
    }

    Optional<Caller> certificate(String subject) {
        return Optional.ofNullable(certificates.get(subject));
    }

    /**
     * Whether a bearer of this would be let in as {@code role}.
     *
     * @param bearer as {@link #bearer} writes it
     */
    public boolean holds(String bearer, Role role) {
        return Credentials.bearer(bearer)
                .flatMap(given ->
                        token(given.name()).filter(token -> token.hash().matches(given.secret())))
                .filter(token -> token.role() == role)
                .isPresent();
    }

    /** What a bearer sends: the name, which tells where to look, and the secret. */
    public static String bearer(String name, String secret) {
        return name + "." + secret;
    }
}
