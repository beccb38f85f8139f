package io.heliograph.daemon;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heliograph.daemon.delivery.KnownLayouts;
import io.heliograph.daemon.layout.KeyLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in the data directory with each store's layout. Stores that are not in it have the classic one. Losing it does no
 * harm: stores with other layouts are repaired once, whatever their policy.
 *
 * <p>Threads: any.
 */
final class LayoutsFile implements KnownLayouts {

    private static final Logger LOG = LoggerFactory.getLogger(LayoutsFile.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The description of no layout. */
    private static final String NONE = "";

    private final Path file;
    /** Store to the description of its layout. */
    private final Map<String, String> known = new TreeMap<>();

    private LayoutsFile(Path file) {
        this.file = file;
    }

    static LayoutsFile open(Path file) {
        LayoutsFile layouts = new LayoutsFile(file);
        if (Files.exists(file)) {
            try {
                layouts.known.putAll(JSON.readValue(file.toFile(), new TypeReference<Map<String, String>>() {}));
            } catch (IOException e) {
                LOG.warn(
                        "{} cannot be read; stores with layouts of their own are repaired once: {}",
                        file,
                        e.toString());
            }
        }
        return layouts;
    }

    @Override
    public synchronized boolean isKnown(String store, KeyLayout layout) {
        return layout.description().equals(known.getOrDefault(store, KeyLayout.CLASSIC.description()));
    }

    @Override
    public synchronized void begin(String store, KeyLayout layout) {
        if (!isKnown(store, layout)) {
            keep(store, NONE);
        }
    }

    @Override
    public synchronized void learn(String store, KeyLayout layout) {
        keep(store, layout.description());
    }

    private void keep(String store, String description) {
        if (description.equals(known.put(store, description))) {
            return;
        }
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(aside, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(known) + "\n");
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("{} cannot be written; after a restart some stores are repaired once: {}", file, e.toString());
        }
    }
}
