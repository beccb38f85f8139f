package io.heliograph.daemon.config;

import io.heliograph.daemon.auth.Caller;
import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.auth.SecretHash;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.daemon.auth.Tokens.Token;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The file that says who is let in:
 *
 * <pre>{@code
 * tokens:
 *   deploy: { role: write, hash: "sha256$..." }
 * certificates:
 *   "CN=deploy,O=Example": { name: deploy, role: write }
 * }</pre>
 */
public final class TokensFile {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private TokensFile() {}

    /**
     * @throws ConfigurationException with everything that is wrong with it
     */
    public static Tokens read(Path file) throws ConfigurationException {
        Source source = new Source(file, Map.of());
        Tokens tokens = read(file, source);
        if (!source.problems().isEmpty()) {
            throw new ConfigurationException(source.problems());
        }
        return tokens;
    }

    /** Records what is wrong with it in {@code parent}. */
    static Tokens readFor(Path file, Source parent) {
        Source source = new Source(file, Map.of());
        Tokens tokens = read(file, source);
        parent.take(source);
        return tokens;
    }

    private static Tokens read(Path file, Source source) {
        try {
            Section root = new Section(source, YamlFile.parse(file, source));
            Map<String, Token> tokens = new LinkedHashMap<>();
            root.section("tokens").sections().forEach((name, section) -> token(name, section)
                    .ifPresent(token -> tokens.put(name, token)));
            Map<String, Caller> certificates = new LinkedHashMap<>();
            root.section("certificates").sections().forEach((subject, section) -> certificate(section)
                    .ifPresent(caller -> certificates.put(subject, caller)));
            root.done();
            return new Tokens(tokens, certificates);
        } catch (ConfigurationException e) {
            return Tokens.NONE; // the source knows why
        }
    }

    /**
     * @throws IllegalArgumentException when no token can have this name
     */
    public static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the token name '" + name
                    + "' should have 1 to 64 letters, digits, - and _: a dot ends it where it is sent, and a colon");
        }
    }

    private static Optional<Token> token(String name, Section section) {
        Optional<Role> role = role(section);
        String text = section.text("hash", "hash");
        section.done();
        try {
            checkName(name);
            SecretHash hash = SecretHash.parse(text);
            return role.map(given -> new Token(given, hash));
        } catch (IllegalArgumentException e) {
            if (!text.isEmpty()) {
                section.problem("hash", String.valueOf(e.getMessage()));
            }
            return Optional.empty();
        }
    }

    private static Optional<Caller> certificate(Section section) {
        Optional<Role> role = role(section);
        String name = section.text("name", "name");
        section.done();
        return name.isEmpty() ? Optional.empty() : role.map(given -> new Caller(name, given, "certificate"));
    }

    private static Optional<Role> role(Section section) {
        String word = section.text("role", "role");
        Optional<Role> role = Role.of(word);
        if (role.isEmpty() && !word.isEmpty()) {
            section.problem(
                    "role",
                    "should be one of "
                            + Arrays.stream(Role.values()).map(Role::word).collect(Collectors.joining(", ")) + ", not '"
                            + word + "'");
        }
        return role;
    }
}
