/** Real stores, and the hands of people who get at them around the daemon. */
@NullMarked
package io.heliograph.it.hands;

import org.jspecify.annotations.NullMarked;
