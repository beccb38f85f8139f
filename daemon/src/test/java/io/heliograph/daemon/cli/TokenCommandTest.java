package io.heliograph.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.daemon.config.TokensFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code heliograph token}. */
class TokenCommandTest {

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("tokens.yaml");
    }

    private Run token(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "token";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--tokens-file";
        all[arguments.length + 2] = file().toString();
        return Run.of(all);
    }

    @Test
    void when_a_token_is_made_then_it_is_printed_once_and_lets_its_bearer_in() throws Exception {
        Run run = token("create", "alice", "--role", "write");
        String bearer = run.out().strip();
        run.expectDone(bearer);
        assertThat(bearer).matches("alice\\.[A-Za-z0-9_-]{43}");
        Tokens tokens = TokensFile.read(file());
        assertThat(tokens.holds(bearer, Role.WRITE)).isTrue();
        assertThat(tokens.holds(bearer, Role.ADMIN)).isFalse();
        assertThat(Files.readString(file())).doesNotContain(bearer.substring("alice.".length()));

        token("create", "bob", "--role", "read");
        token("list").expectDone("alice\twrite", "bob\tread");
        token("revoke", "alice").expectDone();
        token("list").expectDone("bob\tread");
        assertThat(TokensFile.read(file()).holds(bearer, Role.WRITE)).isFalse();
    }

    @Test
    void when_it_goes_to_a_file_then_nothing_is_printed_and_only_the_owner_may_read_it() throws Exception {
        Path secret = directory.resolve("node.token");
        token("create", "dc1", "--role", "node", "--secret-file", secret.toString())
                .expectDone();
        assertThat(TokensFile.read(file()).holds(Files.readString(secret).strip(), Role.NODE))
                .isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-------");
    }

    @Test
    void when_a_password_is_given_then_it_is_never_printed() throws Exception {
        Path password = directory.resolve("password");
        Files.writeString(password, "a long password\n");
        token("create", "old", "--role", "admin", "--password-file", password.toString())
                .expectDone();
        assertThat(TokensFile.read(file()).holds("old.a long password", Role.ADMIN))
                .isTrue();
        Files.writeString(password, "short");
        token("create", "older", "--role", "admin", "--password-file", password.toString())
                .expectFailure(ExitCodes.REFUSED, "less than 12 characters");
    }

    @Test
    void when_something_is_wrong_then_it_is_one_line_and_the_file_stays() throws Exception {
        token("create", "alice", "--role", "boss").expectFailure(ExitCodes.USAGE, "not 'boss'");
        token("create", "a.b", "--role", "read").expectFailure(ExitCodes.USAGE, "a.b");
        token("list").expectFailure(ExitCodes.USAGE, "there is no such file");
        assertThat(file()).doesNotExist();
        token("create", "alice", "--role", "read");
        String before = Files.readString(file());
        token("create", "alice", "--role", "admin").expectFailure(ExitCodes.REFUSED, "already");
        token("revoke", "bob").expectFailure(ExitCodes.REFUSED, "no token of 'bob'");
        Run.of("token").expectFailure(ExitCodes.USAGE, "missing command");
        assertThat(Files.readString(file())).isEqualTo(before);
    }
}
