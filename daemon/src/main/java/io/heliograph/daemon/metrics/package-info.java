/** What Prometheus reads. */
@NullMarked
package io.heliograph.daemon.metrics;

import org.jspecify.annotations.NullMarked;
