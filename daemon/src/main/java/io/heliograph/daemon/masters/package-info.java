/** What operators ask for, turned into commands and appended to the log. */
@NullMarked
package io.heliograph.daemon.masters;

import org.jspecify.annotations.NullMarked;
