/** What the log's lines look like, and which of them are written. */
@NullMarked
package io.heliograph.daemon.log;

import org.jspecify.annotations.NullMarked;
