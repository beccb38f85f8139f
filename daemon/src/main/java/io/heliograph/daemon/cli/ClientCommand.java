package io.heliograph.daemon.cli;

import io.heliograph.daemon.HttpsFiles;
import io.heliograph.daemon.config.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * A command that asks a running node. What is not given is taken from the command above ({@code leader} of
 * {@code leader transfer}), then from the environment, then from the user's own settings.
 */
abstract class ClientCommand extends CliCommand {

    private static final String DEFAULT_ENDPOINT = "http://127.0.0.1:3000";
    private static final String ENDPOINTS_VARIABLE = "HELIOGRAPH_ENDPOINTS";

    static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    @Option(
            names = {"-e", "--endpoint"},
            paramLabel = "URL",
            split = ",",
            description = {
                "Node to ask; several, repeated or with commas, are tried in turn; default: $" + ENDPOINTS_VARIABLE
                        + ", then cli.yaml, then " + DEFAULT_ENDPOINT
            })
    @Nullable
    List<String> endpoints;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Wait this long for an answer: 750ms, 10s, 1m, or seconds; default: 15s")
    @Nullable
    String timeout;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "Holds the token to show; default: $HELIOGRAPH_TOKEN, or the file $HELIOGRAPH_TOKEN_FILE names")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM: who signed the server's certificate; default: whom this Java trusts")
    @Nullable
    Path ca;

    @Option(names = "--certificate", paramLabel = "FILE", description = "PEM: the certificate to show")
    @Nullable
    Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM: the private key of --certificate")
    @Nullable
    Path privateKey;

    @Option(
            names = {"-v", "--verbose"},
            description = "Say on standard error which node was asked")
    boolean verbose;

    ApiClient api() {
        return api(chosenEndpoints());
    }

    /** Asks these nodes, each answer within the limit that was given. */
    ApiClient api(List<Endpoint> nodes) {
        String wanted = givenTimeout();
        return api(nodes, wanted == null ? ANSWER_LIMIT : given(wanted));
    }

    /** What was given as {@code --timeout}, as it was written. */
    @Nullable
    String givenTimeout() {
        return option(command -> command.timeout);
    }

    /** A {@code --timeout}. */
    static Duration given(String text) {
        Duration duration = Durations.parse(text.matches("[0-9]{1,9}") ? text + "s" : text)
                .orElseThrow(() -> new CliException(ExitCodes.USAGE, "--timeout: '" + text + "' " + Durations.HINT));
        if (duration.isZero()) {
            throw new CliException(ExitCodes.USAGE, "--timeout should be more than " + text);
        }
        return duration;
    }

    /** Asks what is to be asked, each answer within this limit. */
    ApiClient api(Duration limit) {
        return api(chosenEndpoints(), limit);
    }

    ApiClient api(List<Endpoint> nodes, Duration limit) {
        isJson();
        boolean isVerbose = option(command -> command.verbose ? Boolean.TRUE : null) != null;
        return new ApiClient(nodes, access(), limit, isVerbose ? console()::remark : line -> {});
    }

    private <T> @Nullable T option(Function<ClientCommand, @Nullable T> getter) {
        for (CliCommand at = this; at instanceof ClientCommand command; at = at.above()) {
            T given = getter.apply(command);
            if (given != null) {
                return given;
            }
        }
        return null;
    }

    private Optional<Path> file(String name, Function<ClientCommand, @Nullable Path> getter) {
        Path given = option(getter);
        return given == null ? settings().path(name) : Optional.of(given);
    }

    /** The nodes to ask, in this order; at least one. */
    List<Endpoint> chosenEndpoints() {
        List<String> given = option(command -> command.endpoints);
        if (given != null) {
            return given.stream().map(Endpoint::parse).toList();
        }
        Optional<String> variable = console().surroundings().variable(ENDPOINTS_VARIABLE);
        if (variable.isPresent()) {
            return Arrays.stream(variable.get().split(",")).map(Endpoint::parse).toList();
        }
        List<Endpoint> written = settings().endpoints();
        return written.isEmpty() ? fallbackEndpoints() : written;
    }

    /** Asked when nobody says whom to ask. */
    List<Endpoint> fallbackEndpoints() {
        return List.of(Endpoint.parse(DEFAULT_ENDPOINT));
    }

    private Access access() {
        Optional<Path> own = file("certificate", command -> command.certificate);
        Optional<Path> ownKey = file("key", command -> command.privateKey);
        if (own.isPresent() != ownKey.isPresent()) {
            throw new CliException(ExitCodes.USAGE, "--certificate and --key belong together: give both");
        }
        return new Access(authorization(), new HttpsFiles(file("ca", command -> command.ca), own, ownKey));
    }

    private Optional<String> authorization() {
        Path given = option(command -> command.tokenFile);
        if (given != null) {
            return Optional.of(Access.bearer(given, "--token-file"));
        }
        Surroundings around = console().surroundings();
        Optional<String> value = around.variable("HELIOGRAPH_TOKEN");
        if (value.isPresent()) {
            return value.map(token -> Access.bearer(token, "HELIOGRAPH_TOKEN"));
        }
        Optional<String> named = around.variable("HELIOGRAPH_TOKEN_FILE");
        if (named.isPresent()) {
            return named.map(file -> Access.bearer(Path.of(file), "HELIOGRAPH_TOKEN_FILE"));
        }
        return settings()
                .path("token-file")
                .map(file -> Access.bearer(file, settings().where("token-file")))
                .or(this::fallbackAuthorization);
    }

    /** Shown when no token is given. */
    Optional<String> fallbackAuthorization() {
        return Optional.empty();
    }
}
