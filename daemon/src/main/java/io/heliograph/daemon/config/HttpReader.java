package io.heliograph.daemon.config;

import io.heliograph.daemon.auth.Role;
import io.heliograph.daemon.auth.Tokens;
import io.heliograph.daemon.config.Configuration.Auth;
import io.heliograph.daemon.config.Configuration.Http;
import io.heliograph.daemon.config.Configuration.HttpTls;
import io.heliograph.daemon.config.Configuration.Member;
import io.heliograph.daemon.config.Configuration.Raft;
import io.heliograph.kv.SecretFile;
import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.ClientTls;
import io.heliograph.raft.net.ServerTls;
import io.heliograph.raft.net.TlsFilesException;
import io.heliograph.raft.net.TlsFilesException.Part;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code http}, and the files it names: what is wrong with them is found before the server starts. */
final class HttpReader {

    private final Source source;
    private final InstantSource clock;

    HttpReader(Source source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /**
     * @param raft who the members are
     * @param self this node's id
     */
    Http read(Section http, Raft raft, String self) {
        String listen = ConfigurationLoader.address(http, "listen");
        Duration timeout =
                http.duration("request-timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(5));
        boolean gets = http.yesOrNo("state-changing-gets", true);
        HttpTls tls = readTls(http, raft.members().get(self));
        Auth auth = null;
        if (http.isBlock("auth", List.of("tokens-file", "node-token-file"))) {
            auth = readAuth(http.section("auth"), raft.members().size() > 1);
        } else {
            checkOpen(http, listen);
        }
        http.done();
        return new Http(listen, timeout, auth, tls, gets);
    }

    private static void checkOpen(Section http, String listen) {
        String auth = http.optionalText("auth", "none, or a block").orElse("");
        if (!auth.isEmpty() && !auth.equals("none")) {
            http.problem("auth", "should be 'none' or a block with tokens-file, not '" + auth + "'");
        } else if (auth.isEmpty() && RaftTlsReader.isAddress(listen) && !Loopback.isLoopback(listen)) {
            http.problem(
                    "listen",
                    listen + " is not a loopback address, so anybody who reaches it could change masters;"
                            + " name a tokens-file under http.auth, or, if that is wanted, write 'auth: none'");
        }
    }

    private @Nullable Auth readAuth(Section auth, boolean hasPeers) {
        Optional<Path> tokens = auth.file("tokens-file");
        Optional<Path> nodeToken = auth.optionalFile("node-token-file");
        auth.done();
        if (hasPeers && nodeToken.isEmpty() && !auth.has("node-token-file")) {
            auth.problem(
                    "node-token-file",
                    "is missing: nodes ask each other, too; make one with 'heliograph token create --role node'");
        }
        if (tokens.isEmpty()) {
            return null;
        }
        Path file = tokens.get();
        Tokens known = TokensFile.readFor(file, source);
        nodeToken.ifPresent(path -> checkNodeToken(auth, path, file, known));
        return new Auth(file, nodeToken.orElse(null));
    }

    private void checkNodeToken(Section auth, Path file, Path tokensFile, Tokens known) {
        try {
            String token = SecretFile.open(file).get();
            if (source.problems().isEmpty() && !known.holds(token, Role.NODE)) {
                auth.problem(
                        "node-token-file",
                        "what " + file + " holds is not a token with the role node in " + tokensFile);
            }
        } catch (NoSuchFileException e) {
            auth.problem("node-token-file", "there is no file " + file);
        } catch (IOException e) {
            auth.problem("node-token-file", "cannot read " + file + ": " + e.getMessage());
        }
    }

    private @Nullable HttpTls readTls(Section http, @Nullable Member own) {
        if (!http.hasBlock("tls", List.of("certificate", "key", "ca", "client-ca"))) {
            return null;
        }
        Section tls = http.section("tls");
        Optional<Path> certificate = tls.file("certificate");
        Optional<Path> key = tls.file("key");
        Optional<Path> ca = tls.optionalFile("ca");
        Optional<Path> clientCa = tls.optionalFile("client-ca");
        tls.done();
        if (own != null && own.http().startsWith("http:")) {
            tls.problem(
                    "certificate",
                    "this node answers by TLS only, so its own address in raft.members should begin with https, not "
                            + own.http());
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            return null;
        }
        HttpTls files = new HttpTls(certificate.get(), key.get(), ca.orElse(null), clientCa.orElse(null));
        Map<Part, String> names = Map.of(Part.CERTIFICATE, "certificate", Part.KEY, "key", Part.CA, "client-ca");
        check(tls, names, () -> ServerTls.read(files.certificate(), files.key(), clientCa, clock.instant()));
        ca.ifPresent(path -> check(
                tls, Map.of(Part.CA, "ca"), () -> ClientTls.read(path, Optional.<TlsFiles>empty(), clock.instant())));
        return files;
    }

    private interface Reading {
        Object read() throws TlsFilesException;
    }

    private static void check(Section tls, Map<Part, String> keys, Reading reading) {
        try {
            reading.read();
        } catch (TlsFilesException e) {
            e.problems().forEach((part, problem) -> tls.problem(keys.getOrDefault(part, "certificate"), problem));
        }
    }
}
