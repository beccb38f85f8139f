package io.heliograph.daemon.delivery;

import io.heliograph.daemon.layout.KeyLayout;

/**
 * Remembers, across restarts, with which layout each store was filled: what another layout makes of the same masters must
 * not be taken for hand edits.
 */
public interface KnownLayouts {

    /** Knows every layout. */
    KnownLayouts ALL = new KnownLayouts() {
        @Override
        public boolean isKnown(String store, KeyLayout layout) {
            return true;
        }

        @Override
        public void begin(String store, KeyLayout layout) {
            // known already
        }

        @Override
        public void learn(String store, KeyLayout layout) {
            // known already
        }
    };

    /** Whether this is the layout with which the store was last seen to hold all that was delivered. */
    boolean isKnown(String store, KeyLayout layout);

    /**
     * From now on a store is written with this layout. Where another one is known, none is, until one is learnt: some of
     * the store may soon be in either.
     */
    void begin(String store, KeyLayout layout);

    /** The store was seen to hold all that was delivered, with this layout. Called on a worker's thread. */
    void learn(String store, KeyLayout layout);
}
