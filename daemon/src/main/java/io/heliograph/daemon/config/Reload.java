package io.heliograph.daemon.config;

import java.io.IOException;
import java.util.List;

/** Reads the configuration file of a running node again. Safe for use by several threads; one at a time is carried out. */
public interface Reload {

    /**
     * Applies what can change while the node runs. A file that cannot be used changes nothing.
     *
     * @throws ConfigurationException with everything that is wrong with the file
     * @throws IOException when a file that a store needs vanished meanwhile; nothing has changed then
     */
    Done run() throws ConfigurationException, IOException;

    /**
     * @param applied what changed, one line each
     * @param needsRestart keys that have another value in the file, which counts after a restart
     */
    record Done(List<String> applied, List<String> needsRestart) {
        public Done {
            applied = List.copyOf(applied);
            needsRestart = List.copyOf(needsRestart);
        }
    }
}
