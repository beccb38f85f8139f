package io.heliograph.daemon;

import io.heliograph.raft.FailStop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends this process without running shutdown hooks: nothing it would still do can be trusted. */
final class ProcessFailStop implements FailStop {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessFailStop.class);

    @Override
    public void stop(int exitCode, String message, Throwable cause) {
        LOG.debug("The cause", cause);
        System.err.println("heliograph: " + message);
        System.err.flush();
        Runtime.getRuntime().halt(exitCode);
    }
}
