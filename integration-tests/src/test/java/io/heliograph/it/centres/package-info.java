/** Three data centres as processes of their own, with real stores: what the product promises, seen from outside. */
@NullMarked
package io.heliograph.it.centres;

import org.jspecify.annotations.NullMarked;
