package io.heliograph.kv.zookeeper;

import io.heliograph.kv.Causes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.zookeeper.util.PemReader;
import org.jspecify.annotations.Nullable;

/**
 * How an ensemble proves who it is, and how we do. All files are PEM.
 *
 * @param ca authorities of which one has signed every server's certificate; a server's certificate has to name the host
 *     that was dialled
 * @param certificate our own, followed by those between it and the authority; null to show none
 * @param key belongs to {@code certificate}: PKCS #8, not encrypted
 */
public record ZooKeeperTlsSettings(Path ca, @Nullable Path certificate, @Nullable Path key) {

    /**
     * @throws IllegalArgumentException when there is a certificate without a key or the other way round
     */
    public ZooKeeperTlsSettings {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("certificate and key go together");
        }
    }

    /** Reads the files. What is wrong with them, by the name of the component, each in one line. */
    public Map<String, String> problems() {
        Map<String, String> problems = new LinkedHashMap<>();
        check(ca, "certificate", file -> !PemReader.readCertificateChain(file.toFile())
                        .isEmpty())
                .ifPresent(problem -> problems.put("ca", problem));
        if (certificate != null && key != null) {
            check(certificate, "certificate", file -> !PemReader.readCertificateChain(file.toFile())
                            .isEmpty())
                    .ifPresent(problem -> problems.put("certificate", problem));
            check(key, "private key in PKCS #8, not encrypted", ZooKeeperTlsSettings::holdsKey)
                    .ifPresent(problem -> problems.put("key", problem));
        }
        return problems;
    }

    private static boolean holdsKey(Path file) throws IOException, GeneralSecurityException {
        PrivateKey found = PemReader.loadPrivateKey(file.toFile(), Optional.empty());
        return found.getEncoded() != null;
    }

    private static Optional<String> check(Path file, String what, Look look) {
        if (!Files.exists(file)) {
            return Optional.of("there is no file " + file);
        }
        if (!Files.isRegularFile(file)) {
            return Optional.of(file + " is no ordinary file");
        }
        try {
            return look.finds(file) ? Optional.empty() : Optional.of("no " + what + " in " + file);
        } catch (IOException e) {
            return Optional.of("cannot read " + file + ": " + Causes.oneLine(e));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.of("no " + what + " in " + file + " that can be used: " + Causes.oneLine(e));
        }
    }

    private interface Look {
        boolean finds(Path file) throws IOException, GeneralSecurityException;
    }
}
