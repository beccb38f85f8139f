/** What a store must be able to do, and the plain records that travel to it. Knows no Raft, no HTTP and no retries. */
@NullMarked
package io.heliograph.kv;

import org.jspecify.annotations.NullMarked;
