package io.heliograph.daemon.auth;

import java.util.function.BooleanSupplier;

/**
 * Somebody who was let in.
 *
 * @param caller who it is
 * @param stands whether they still would be, in the same role; for what goes on long after it was asked for, and cheap
 *     enough to be asked several times a second
 */
public record Admission(Caller caller, BooleanSupplier stands) {

    /**
     * @param caller nobody can take the right from
     */
    public static Admission forGood(Caller caller) {
        return new Admission(caller, () -> true);
    }
}
