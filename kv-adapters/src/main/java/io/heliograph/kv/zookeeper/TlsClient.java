package io.heliograph.kv.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.jspecify.annotations.Nullable;

/**
 * Tells one ZooKeeper client to speak TLS, without a word to other clients of the process. The client wants certificate
 * and key in one file, which is made for as long as it is open, readable for nobody else.
 */
final class TlsClient implements AutoCloseable {

    private static final String PEM = "PEM";

    private final ZooKeeperTlsSettings files;
    private @Nullable Path identity;

    TlsClient(ZooKeeperTlsSettings files) {
        this.files = files;
    }

    /** Adds what is needed to the settings of a client. */
    void configure(ZKClientConfig config) throws AwayException {
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        try (ClientX509Util names = new ClientX509Util()) {
            config.setProperty(names.getSslHostnameVerificationEnabledProperty(), "true");
            config.setProperty(names.getSslTruststoreTypeProperty(), PEM);
            config.setProperty(
                    names.getSslTruststoreLocationProperty(), files.ca().toString());
            if (files.certificate() != null && files.key() != null) {
                identity = join(files.certificate(), files.key());
                config.setProperty(names.getSslKeystoreTypeProperty(), PEM);
                config.setProperty(names.getSslKeystoreLocationProperty(), identity.toString());
            }
        }
    }

    private static Path join(Path certificate, Path key) throws AwayException {
        try {
            // the owner's alone from the start
            Path joined = Files.createTempFile("heliograph-zookeeper-", ".pem");
            joined.toFile().deleteOnExit();
            return Files.writeString(
                    joined,
                    Files.readString(key, StandardCharsets.US_ASCII).stripTrailing() + "\n"
                            + Files.readString(certificate, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new AwayException("cannot use certificate " + certificate + " and its key: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (identity != null) {
            try {
                Files.deleteIfExists(identity);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete " + identity, e);
            }
        }
    }
}
