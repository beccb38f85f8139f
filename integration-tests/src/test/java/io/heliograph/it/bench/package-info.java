/** How fast the product is beside what its stores can do, measured in the same run. Run by {@code bench.sh}. */
@NullMarked
package io.heliograph.it.bench;

import org.jspecify.annotations.NullMarked;
