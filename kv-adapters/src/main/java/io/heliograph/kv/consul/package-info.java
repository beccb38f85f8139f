/** Write sets in Consul's key-value store. */
@NullMarked
package io.heliograph.kv.consul;

import org.jspecify.annotations.NullMarked;
