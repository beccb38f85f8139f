package io.heliograph.daemon.config;

import io.heliograph.daemon.config.Configuration.ClientTlsFiles;
import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.ClientTls;
import io.heliograph.raft.net.TlsFilesException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the {@code tls} block of a store, and the files it names: what is wrong with them is found before the start. */
final class StoreTlsReader {

    private final Function<String, Path> resolve;
    private final InstantSource clock;

    StoreTlsReader(Function<String, Path> resolve, InstantSource clock) {
        this.resolve = resolve;
        this.clock = clock;
    }

    /** Null when there is no such block, or one that cannot be used; the problems have been recorded then. */
    @Nullable
    ClientTlsFiles read(Section store) {
        if (!store.has("tls")) {
            return null;
        }
        Section tls = store.section("tls");
        String authorities = tls.text("ca");
        Optional<String> certificate = tls.optionalText("certificate");
        Optional<String> key = tls.optionalText("key");
        tls.done();
        if (certificate.isPresent() != key.isPresent()) {
            tls.problem(certificate.isPresent() ? "key" : "certificate", "is missing: the two belong together");
            return null;
        }
        if (authorities.isEmpty()) {
            return null;
        }
        Path ca = resolve.apply(authorities);
        TlsFiles own = certificate
                .map(file -> new TlsFiles(resolve.apply(file), resolve.apply(key.orElseThrow()), ca))
                .orElse(null);
        try {
            ClientTls.read(ca, Optional.ofNullable(own), clock.instant());
        } catch (TlsFilesException e) {
            e.problems().forEach((part, problem) -> tls.problem(part.name().toLowerCase(Locale.ROOT), problem));
        }
        return new ClientTlsFiles(ca, own);
    }
}
