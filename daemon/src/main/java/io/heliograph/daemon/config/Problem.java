package io.heliograph.daemon.config;

/**
 * Something wrong with the configuration.
 *
 * @param where file and line, or the name of an environment variable
 * @param key dotted path of the key, empty for the file as a whole
 * @param message what is wrong, and what would be right
 */
public record Problem(String where, String key, String message) {

    @Override
    public String toString() {
        return where + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
