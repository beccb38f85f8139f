package io.heliograph.fsm;

import java.util.Collection;

/**
 * Is told what changed. Called on the state machine's thread after the change is visible: must return at once and must
 * not call back into the state machine.
 */
public interface StateListener {

    /** The write sets with these heads have new revisions, or are no more. */
    void changed(Collection<String> heads);

    /** A cluster's master changed by the command at {@code index}. */
    void masterChanged(long index);

    /** The whole state was replaced by a snapshot. */
    void restored();
}
