package io.heliograph.kv.zookeeper;

import java.util.List;

/**
 * What can be known of a node before its data is asked for.
 *
 * @param names of the nodes directly below it
 * @param bytes of its data
 */
record Listing(List<String> names, int bytes) {}
