/** The command line. */
@NullMarked
package io.heliograph.daemon.cli;

import org.jspecify.annotations.NullMarked;
