/** The configuration file, every key of it, and what is wrong with it. */
@NullMarked
package io.heliograph.daemon.config;

import org.jspecify.annotations.NullMarked;
