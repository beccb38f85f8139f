/** Brings the stores of this node to the desired state. The only place that retries; knows no client library. */
@NullMarked
package io.heliograph.daemon.delivery;

import org.jspecify.annotations.NullMarked;
