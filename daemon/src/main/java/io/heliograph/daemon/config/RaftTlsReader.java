package io.heliograph.daemon.config;

import io.heliograph.command.HostPort;
import io.heliograph.raft.TlsFiles;
import io.heliograph.raft.net.TlsFilesException;
import io.heliograph.raft.net.TlsMaterial;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code raft.tls}, and the files it names: what is wrong with them is found before the server starts. */
final class RaftTlsReader {

    private static final List<String> KEYS = List.of("certificate", "key", "ca");

    private final InstantSource clock;

    RaftTlsReader(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * @param self this node's id
     * @param address at which the others dial this node; empty when that is not known
     * @param hasPeers whether there are others
     * @return null when there is no such block, or one that cannot be used; the problems have been recorded then
     */
    @Nullable
    TlsFiles read(Section raft, String self, String address, boolean hasPeers) {
        if (!raft.hasBlock("tls", KEYS)) {
            return null;
        }
        Section tls = raft.section("tls");
        Optional<Path> certificate = tls.file("certificate");
        Optional<Path> key = tls.file("key");
        Optional<Path> ca = tls.file("ca");
        tls.done();
        if (certificate.isEmpty() || key.isEmpty() || ca.isEmpty()) {
            return null;
        }
        TlsFiles files = new TlsFiles(certificate.get(), key.get(), ca.get());
        try {
            TlsMaterial material = TlsMaterial.read(files, clock.instant());
            if (hasPeers && isAddress(address) && !material.names(address)) {
                tls.problem(
                        "certificate",
                        files.certificate() + " does not name the host of raft.members." + self + ".raft, " + address
                                + ", so other nodes would refuse it; it names " + material.names());
            }
        } catch (TlsFilesException e) {
            e.problems().forEach((part, problem) -> tls.problem(part.name().toLowerCase(Locale.ROOT), problem));
        }
        return files;
    }

    static boolean isAddress(String address) {
        try {
            HostPort.parse(address);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
