/** Who calls, and what they may do. Knows neither HTTP nor files. */
@NullMarked
package io.heliograph.daemon.auth;

import org.jspecify.annotations.NullMarked;
