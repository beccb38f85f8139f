package io.heliograph.daemon.config;

import io.heliograph.daemon.config.Configuration.ClientTlsFiles;
import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.ClientTls;
import io.heliograph.raft.net.TlsFilesException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code tls} block of a store, and the files it names: what is wrong with them is found before the start. */
final class StoreTlsReader {

    static final List<String> KEYS = List.of("ca", "certificate", "key");

    private final InstantSource clock;

    StoreTlsReader(InstantSource clock) {
        this.clock = clock;
    }

    /** Null when there is no such block, or one that cannot be used; the problems have been recorded then. */
    @Nullable
    ClientTlsFiles read(Section store) {
        if (!store.hasBlock("tls", KEYS)) {
            return null;
        }
        Section tls = store.section("tls");
        Optional<Path> authorities = tls.file("ca");
        Optional<Path> certificate = tls.optionalFile("certificate");
        Optional<Path> key = tls.optionalFile("key");
        tls.done();
        if (certificate.isPresent() != key.isPresent()) {
            tls.problem(certificate.isPresent() ? "key" : "certificate", "is missing: the two belong together");
            return null;
        }
        if (authorities.isEmpty()) {
            return null;
        }
        Path ca = authorities.get();
        TlsFiles own = certificate
                .map(file -> new TlsFiles(file, key.orElseThrow(), ca))
                .orElse(null);
        try {
            ClientTls.read(ca, Optional.ofNullable(own), clock.instant());
        } catch (TlsFilesException e) {
            e.problems().forEach((part, problem) -> tls.problem(part.name().toLowerCase(Locale.ROOT), problem));
        }
        return new ClientTlsFiles(ca, own);
    }
}
