/** Write sets in ZooKeeper. */
@NullMarked
package io.heliograph.kv.zookeeper;

import org.jspecify.annotations.NullMarked;
