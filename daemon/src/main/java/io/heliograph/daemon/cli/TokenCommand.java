package io.heliograph.daemon.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.auth.SecretHash;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.daemon.auth.Tokens.Token;
import io.heliograph.daemon.config.ConfigurationException;
import io.heliograph.daemon.config.TokensFile;
import io.heliograph.daemon.config.TokensWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heliograph token}: the file that says who may use the HTTP API. Asks no server. */
@Command(
        name = "token",
        description = "Make, list and revoke tokens for the HTTP API. Servers see a changed file within a second.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TokenCommand.Create.class, TokenCommand.ListAll.class, TokenCommand.Revoke.class})
final class TokenCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw new CliException(ExitCodes.USAGE, "missing command; see heliograph token --help");
    }

    /** What all of them share. */
    abstract static class OnFile extends CliCommand {

        @Option(
                names = "--tokens-file",
                required = true,
                paramLabel = "FILE",
                description = "The file that http.auth.tokens-file names.")
        Path file = Path.of("");

        final Tokens read() {
            try {
                return TokensFile.read(file);
            } catch (ConfigurationException e) {
                throw new CliException(ExitCodes.USAGE, String.valueOf(e.getMessage()));
            }
        }

        final void write(Map<String, Token> tokens, Tokens before) {
            try {
                TokensWriter.write(file, new Tokens(tokens, before.certificates()));
            } catch (IOException e) {
                throw new CliException(ExitCodes.REFUSED, "cannot write " + file + ": " + e.getMessage());
            }
        }
    }

    @Command(name = "create", description = "Make a token and print it, once: only its hash is kept.")
    static final class Create extends OnFile {

        @Parameters(paramLabel = "NAME", description = "Who will use it; shown in logs and in the failover history.")
        String name = "";

        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                description = "read, write, admin, or node for what nodes show to each other.")
        String role = "";

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "Use the password in this file, for older clients that know HTTP basic authentication.")
        @Nullable
        Path passwordFile;

        @Option(
                names = "--secret-file",
                paramLabel = "FILE",
                description = "Write the token to this file, readable for its owner only, and print nothing.")
        @Nullable
        Path secretFile;

        @Override
        public Integer call() {
            Role given = Role.of(role)
                    .orElseThrow(() -> new CliException(
                            ExitCodes.USAGE, "--role should be read, write, admin or node, not '" + role + "'"));
            try {
                TokensFile.checkName(name);
            } catch (IllegalArgumentException e) {
                throw new CliException(ExitCodes.USAGE, String.valueOf(e.getMessage()));
            }
            Tokens before = Files.exists(file) ? read() : Tokens.NONE;
            if (before.tokens().containsKey(name)) {
                throw new CliException(
                        ExitCodes.REFUSED,
                        file + " has a token of '" + name + "' already; revoke it first, or choose another name");
            }
            String secret = passwordFile == null ? SecretHash.draw() : password(passwordFile);
            SecretHash hash = passwordFile == null ? SecretHash.ofDrawn(secret) : SecretHash.ofPassword(secret);
            Map<String, Token> tokens = new TreeMap<>(before.tokens());
            tokens.put(name, new Token(given, hash));
            write(tokens, before);
            if (passwordFile == null) {
                hand(Tokens.bearer(name, secret), given);
            }
            return ExitCodes.DONE;
        }

        private void hand(String bearer, Role given) {
            if (secretFile == null) {
                ObjectNode made = ApiClient.object().put("name", name).put("role", given.word());
                if (!printedAsJson(made.put("token", bearer))) {
                    out().println(bearer);
                }
                return;
            }
            try {
                TokensWriter.writeSecret(secretFile, bearer + "\n");
            } catch (IOException e) {
                throw new CliException(ExitCodes.REFUSED, "cannot write " + secretFile + ": " + e.getMessage());
            }
        }

        private static String password(Path file) {
            try {
                String password = Files.readString(file).strip();
                if (password.length() < 12) {
                    throw new CliException(
                            ExitCodes.REFUSED, "the password in " + file + " has less than 12 characters");
                }
                return password;
            } catch (IOException e) {
                throw new CliException(ExitCodes.USAGE, "cannot read " + file + ": " + e);
            }
        }
    }

    @Command(name = "list", description = "Print names and roles.")
    static final class ListAll extends OnFile {
        @Override
        public Integer call() {
            Tokens known = read();
            if (isJson()) {
                printedAsJson(json(known));
                return ExitCodes.DONE;
            }
            known.tokens().forEach((name, token) -> out().println(
                            name + "\t" + token.role().word()));
            new TreeMap<>(known.certificates()).forEach((subject, caller) -> out().println(
                            caller.name() + "\t" + caller.role().word() + "\t" + subject));
            return ExitCodes.DONE;
        }

        private static ArrayNode json(Tokens known) {
            ArrayNode list = ApiClient.texts(List.of());
            known.tokens().forEach((name, token) -> list.addObject()
                    .put("name", name)
                    .put("role", token.role().word()));
            new TreeMap<>(known.certificates()).forEach((subject, caller) -> list.addObject()
                    .put("name", caller.name())
                    .put("role", caller.role().word())
                    .put("certificate", subject));
            return list;
        }
    }

    @Command(name = "revoke", description = "Take a token out of the file; it is refused within a second.")
    static final class Revoke extends OnFile {

        @Parameters(paramLabel = "NAME", description = "Whose token.")
        String name = "";

        @Override
        public Integer call() {
            Tokens before = read();
            Map<String, Token> tokens = new TreeMap<>(before.tokens());
            if (tokens.remove(name) == null) {
                throw new CliException(ExitCodes.REFUSED, file + " has no token of '" + name + "'");
            }
            write(tokens, before);
            return ExitCodes.DONE;
        }
    }
}
