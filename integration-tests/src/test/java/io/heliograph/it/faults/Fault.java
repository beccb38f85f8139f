package io.heliograph.it.faults;

import java.util.Set;

/**
 * A fault that has begun.
 *
 * @param what for the log
 * @param held nodes whose processes no other fault may touch meanwhile
 * @param end undoes it
 */
record Fault(String what, Set<String> held, Runnable end) {
    /** Something that is over as soon as it was done. */
    static Fault momentary(String what) {
        return new Fault(what, Set.of(), () -> {});
    }
}
