package io.heliograph.it.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An authority and the certificates it signs, made by the script that operators are given. Needs openssl. */
public final class Certificates implements AutoCloseable {
    private final TestDirectory directory = TestDirectory.create("certificates");

    /** Ends the test, skipped or failed, where there is no openssl. */
    public Certificates() {
        if (ServerBinaries.openssl().isEmpty()) {
            throw ServerBinaries.missing("openssl");
        }
    }

    /** Certificate, key and authority of a node: node.pem, node.key and ca.pem in the directory that is returned. */
    public Path issue(String id, String hosts) {
        Commands.run(List.of(script().toString(), directory.path().toString(), id + "=" + hosts));
        return directory.path().resolve(id);
    }

    private static Path script() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path script = at.resolve("deploy/certificates.sh");
            if (Files.isExecutable(script)) {
                return script;
            }
        }
        throw new UncheckedIOException(new IOException("deploy/certificates.sh is neither here nor above"));
    }

    @Override
    public void close() {
        directory.close();
    }
}
