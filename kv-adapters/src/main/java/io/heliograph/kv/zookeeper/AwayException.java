package io.heliograph.kv.zookeeper;

/** The ensemble cannot be asked. The message is one line. */
final class AwayException extends Exception {

    private static final long serialVersionUID = 1L;

    AwayException(String message) {
        super(message);
    }
}
