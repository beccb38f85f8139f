/** The HTTP door: {@code /v1}, {@code /api} and health checks. */
@NullMarked
package io.heliograph.daemon.http;

import org.jspecify.annotations.NullMarked;
