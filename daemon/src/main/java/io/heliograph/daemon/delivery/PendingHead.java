package io.heliograph.daemon.delivery;

import io.heliograph.kv.Revision;

/**
 * A write set that a store is not known to hold.
 *
 * @param head its first key
 * @param desired the revision that the store should hold
 * @param delivered the newest revision that it is known to hold, none where nothing is known
 */
public record PendingHead(String head, Revision desired, Revision delivered) {}
