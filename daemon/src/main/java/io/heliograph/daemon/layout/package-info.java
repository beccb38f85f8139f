/** Which keys of a store a cluster's master becomes. Knows no store and no configuration file. */
@NullMarked
package io.heliograph.daemon.layout;

import org.jspecify.annotations.NullMarked;
