/** The replicated log as the rest of Heliograph sees it. Knows no Raft library. */
@NullMarked
package io.heliograph.raft;

import org.jspecify.annotations.NullMarked;
