package io.heliograph.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.auth.SecretHash;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.daemon.auth.Tokens.Token;
import io.heliograph.daemon.config.Configuration.Auth;
import io.heliograph.daemon.config.Configuration.HttpTls;
import io.heliograph.daemon.fakes.FakeClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code http.auth}, {@code http.tls}, and the file of tokens. */
class HttpAccessTest {

    private static final Path CERTIFICATES = Path.of("src", "test", "resources", "tls");
    private static final String LISTEN = "http: { listen: \"127.0.0.1:3000\" }";
    private static final String AUTH = ConfigFile.MINIMAL.replace(
            LISTEN, "http: { listen: \"0.0.0.0:3000\", auth: { tokens-file: t.yaml, node-token-file: node.token } }");
    private static final String TWO_NODES = AUTH.replace(
            "members:", "members:\n    dc2: { raft: \"127.0.0.2:10008\", http: \"http://127.0.0.2:3000\" }");
    private static final String TLS = ConfigFile.MINIMAL
            .replace(
                    LISTEN,
                    "http: { listen: \"127.0.0.1:3000\", tls: { certificate: node.pem, key: node.key, ca: ca.pem } }")
            .replace("http://", "https://");

    @TempDir
    private Path directory;

    private ConfigFile config;
    private Path tokens;

    @BeforeEach
    void write() throws Exception {
        config = new ConfigFile(directory);
        tokens = directory.resolve("t.yaml");
        TokensWriter.write(tokens, known("alice", Role.ADMIN, "dc1", Role.NODE));
        Files.writeString(directory.resolve("node.token"), "dc1.dc1-secret\n");
        for (String name : List.of("node.pem", "node.key", "ca.pem")) {
            Files.copy(CERTIFICATES.resolve(name), directory.resolve(name));
        }
    }

    private static Tokens known(String first, Role firstRole, String second, Role secondRole) {
        return new Tokens(
                Map.of(
                        first, new Token(firstRole, SecretHash.ofDrawn(first + "-secret")),
                        second, new Token(secondRole, SecretHash.ofDrawn(second + "-secret"))),
                Map.of());
    }

    @Test
    void when_tokens_are_named_then_others_may_be_listened_to() throws Exception {
        assertThat(config.load(TWO_NODES).http().auth()).isEqualTo(new Auth(tokens, directory.resolve("node.token")));
    }

    @Test
    void when_there_are_no_other_nodes_then_no_node_token_is_needed() throws Exception {
        assertThat(config.load(AUTH.replace(", node-token-file: node.token", ""))
                        .http()
                        .auth())
                .isEqualTo(new Auth(tokens, null));
    }

    @Test
    void when_there_are_other_nodes_then_a_node_token_is_needed() {
        assertThat(config.problems(TWO_NODES.replace(", node-token-file: node.token", "")))
                .containsExactly("h.yaml:8: http.auth.node-token-file: is missing: nodes ask each other, too;"
                        + " make one with 'heliograph token create --role node'");
    }

    @Test
    void when_the_node_token_is_nobodys_or_not_a_nodes_then_it_says_so_without_it() throws Exception {
        String problem = "h.yaml:8: http.auth.node-token-file: what node.token holds is not a token with the role node"
                + " in t.yaml";
        for (String token : List.of("dc1.wrong", "alice.alice-secret", "dc9.dc1-secret", "nonsense")) {
            Files.writeString(directory.resolve("node.token"), token);
            assertThat(config.problems(TWO_NODES)).as(token).containsExactly(problem);
        }
        Files.delete(directory.resolve("node.token"));
        assertThat(config.problems(TWO_NODES))
                .containsExactly("h.yaml:8: http.auth.node-token-file: there is no file node.token");
    }

    @Test
    void when_the_tokens_file_is_bad_then_every_line_of_it_is_named() throws Exception {
        Files.writeString(
                tokens,
                """
                tokens:
                  alice: { role: boss, hash: "sha256$a$b" }
                  bob: { hash: secret-in-clear }
                  "b d": { role: read, hash: "%s", color: red }
                certificates:
                  CN=x: { role: read }
                others: {}
                """
                        .formatted(SecretHash.ofDrawn("x")));
        assertThat(config.problems(AUTH))
                .contains(
                        "t.yaml:2: tokens.alice.role: should be one of read, write, admin, node, not 'boss'",
                        "t.yaml:3: tokens.bob.role: is missing",
                        "t.yaml:3: tokens.bob.hash: is no hash that 'heliograph token create' writes",
                        "t.yaml:6: certificates.CN=x.name: is missing",
                        "t.yaml:7: others: is not a known key; known here: tokens, certificates")
                .anySatisfy(line -> assertThat(line).startsWith("t.yaml:4: tokens.b d.color: is not a known key"))
                .noneSatisfy(line -> assertThat(line).contains("secret-in-clear"));
        Files.delete(tokens);
        assertThat(config.problems(AUTH)).containsExactly("t.yaml: there is no such file");
    }

    @Test
    void when_neither_none_nor_a_block_is_written_then_it_says_which() {
        assertThat(config.problems(
                        ConfigFile.MINIMAL.replace(LISTEN, "http: { listen: \"127.0.0.1:3000\", auth: token }")))
                .containsExactly("h.yaml:7: http.auth: should be 'none' or a block with tokens-file, not 'token'");
        assertThat(config.problems(AUTH.replace("tokens-file: t.yaml, ", "")))
                .containsExactly("h.yaml:7: http.auth.tokens-file: is missing");
    }

    @Test
    void when_certificates_are_good_then_they_are_used() throws Exception {
        assertThat(config.load(TLS).http().tls())
                .isEqualTo(new HttpTls(
                        directory.resolve("node.pem"),
                        directory.resolve("node.key"),
                        directory.resolve("ca.pem"),
                        null));
        assertThat(config.load(TLS.replace("ca: ca.pem", "client-ca: ca.pem"))
                        .http()
                        .tls())
                .isEqualTo(new HttpTls(
                        directory.resolve("node.pem"),
                        directory.resolve("node.key"),
                        null,
                        directory.resolve("ca.pem")));
    }

    @Test
    void when_certificates_are_bad_then_each_has_its_line() throws Exception {
        Files.writeString(directory.resolve("node.key"), "no key");
        Files.delete(directory.resolve("ca.pem"));
        assertThat(config.problems(TLS))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).startsWith("h.yaml:7: http.tls.key: "))
                .anySatisfy(line -> assertThat(line).startsWith("h.yaml:7: http.tls.ca: "));
    }

    @Test
    void when_a_node_speaks_tls_but_is_a_member_without_then_it_says_so() {
        assertThat(config.problems(TLS.replace("https://", "http://")))
                .containsExactly("h.yaml:7: http.tls.certificate: this node answers by TLS only, so its own address in"
                        + " raft.members should begin with https, not http://127.0.0.1:3000");
    }

    @Test
    void when_gets_may_change_nothing_then_it_is_written_as_true_or_false() throws Exception {
        String off =
                ConfigFile.MINIMAL.replace(LISTEN, "http: { listen: \"127.0.0.1:3000\", state-changing-gets: false }");
        assertThat(config.load(off).http().stateChangingGets()).isFalse();
        assertThat(config.load(ConfigFile.MINIMAL).http().stateChangingGets()).isTrue();
        assertThat(config.problems(off.replace("false", "no")))
                .containsExactly("h.yaml:7: http.state-changing-gets: should be true or false, not 'no'");
    }

    @Test
    void when_tokens_are_written_then_they_are_read_as_they_were_and_only_the_owner_may() throws Exception {
        Tokens odd = new Tokens(
                Map.of("null", new Token(Role.READ, SecretHash.ofDrawn("x"))),
                Map.of("CN=\"a\\, b\"\\+c", new io.heliograph.daemon.auth.Caller("d: {e}", Role.WRITE, "certificate")));
        TokensWriter.write(tokens, odd);
        assertThat(TokensFile.read(tokens).toString()).isEqualTo(odd.toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tokens)))
                .isEqualTo("rw-------");
        assertThat(directory.toFile().list()).noneMatch(name -> name.startsWith(".tokens-"));
    }

    @Test
    void when_a_tokens_file_is_replaced_then_its_group_goes_on_reading_it_and_a_link_stays_one() throws Exception {
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-r--r--"));
        Path link = directory.resolve("link.yaml");
        Files.createSymbolicLink(link, tokens);
        TokensWriter.write(link, known("bob", Role.READ, "carol", Role.READ));
        assertThat(link).isSymbolicLink();
        assertThat(TokensFile.read(tokens).tokens()).containsOnlyKeys("bob", "carol");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tokens)))
                .isEqualTo("rw-r-----");
    }

    /** Half of a file, or one that the daemon may not read yet: what mends it need not show in its time and its size. */
    @Test
    void when_a_bad_file_is_mended_without_a_sign_then_it_is_read() throws Exception {
        FakeClock clock = new FakeClock();
        LiveTokens live = LiveTokens.open(tokens, clock);
        String good = Files.readString(tokens).replace("alice", "bobby");
        FileTime time = FileTime.from(Instant.parse("2030-01-01T00:00:00Z"));
        Files.writeString(tokens, "[" + good.substring(1));
        Files.setLastModifiedTime(tokens, time);
        clock.advance(Duration.ofSeconds(1));
        assertThat(live.get().tokens()).containsOnlyKeys("alice", "dc1");
        Files.writeString(tokens, good);
        Files.setLastModifiedTime(tokens, time);
        clock.advance(Duration.ofSeconds(1));
        assertThat(live.get().tokens()).containsOnlyKeys("bobby", "dc1");
    }

    @Test
    void when_the_clock_is_set_back_then_a_revoked_token_does_not_live_on() throws Exception {
        FakeClock clock = new FakeClock();
        LiveTokens live = LiveTokens.open(tokens, clock);
        TokensWriter.write(tokens, known("bob", Role.READ, "carol", Role.READ));
        clock.advance(Duration.ofHours(-1));
        assertThat(live.get().tokens()).containsOnlyKeys("bob", "carol");
    }

    @Test
    void when_the_file_changes_then_the_tokens_do_within_a_second_and_a_bad_file_changes_nothing() throws Exception {
        FakeClock clock = new FakeClock();
        LiveTokens live = LiveTokens.open(tokens, clock);
        assertThat(live.get().tokens()).containsOnlyKeys("alice", "dc1");

        TokensWriter.write(tokens, known("bob", Role.READ, "carol", Role.READ));
        assertThat(live.get().tokens()).containsOnlyKeys("alice", "dc1");
        clock.advance(Duration.ofSeconds(1));
        assertThat(live.get().tokens()).containsOnlyKeys("bob", "carol");

        Files.writeString(tokens, "tokens: [");
        Files.setLastModifiedTime(tokens, FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));
        clock.advance(Duration.ofSeconds(1));
        assertThat(live.get().tokens()).containsOnlyKeys("bob", "carol");
        Files.delete(tokens);
        clock.advance(Duration.ofSeconds(1));
        assertThat(live.get().tokens()).containsOnlyKeys("bob", "carol");
        TokensWriter.write(tokens, known("dave", Role.READ, "erin", Role.READ));
        clock.advance(Duration.ofSeconds(1));
        assertThat(live.get().tokens()).containsOnlyKeys("dave", "erin");
    }
}
