/** What every store adapter promises, tried on real servers. */
@NullMarked
package io.heliograph.it.stores;

import org.jspecify.annotations.NullMarked;
