package io.heliograph.it.daemon;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.heliograph.it.servers.TestDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the configuration of a node into its directory, as JSON, which is YAML too. */
final class NodeFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestDirectory directory;

    NodeFiles(TestDirectory directory) {
        this.directory = directory;
    }

    TestDirectory directory() {
        return directory;
    }

    Path config() {
        return directory.path().resolve("heliograph.yaml");
    }

    Path data() {
        return directory.path().resolve("data");
    }

    void write(Map<String, Object> configuration, List<Map<String, Object>> stores) {
        Map<String, Object> all = new LinkedHashMap<>(configuration);
        List<Map<String, Object>> written = new ArrayList<>();
        stores.forEach(store -> written.add(withPasswordFile(store)));
        all.put("stores", written);
        try {
            JSON.writerWithDefaultPrettyPrinter().writeValue(config().toFile(), all);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + config(), e);
        }
    }

    /** The product takes secrets from files only; tests give them as {@code password}. */
    private Map<String, Object> withPasswordFile(Map<String, Object> store) {
        Map<String, Object> written = new LinkedHashMap<>(store);
        Object password = written.remove("password");
        if (password != null) {
            Path file = directory.path().resolve(store.get("name") + ".password");
            try {
                Files.writeString(file, password.toString());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + file, e);
            }
            written.put("password-file", file.getFileName().toString());
        }
        return written;
    }
}
