package io.heliograph.kv;

/** A store could not be read, or did not take its owner. The message is one line, names the store, and holds no secrets. */
public class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
