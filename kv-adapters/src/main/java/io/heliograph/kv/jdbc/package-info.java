/** Write sets in a table of SQLite, MariaDB, MySQL or PostgreSQL. */
@NullMarked
package io.heliograph.kv.jdbc;

import org.jspecify.annotations.NullMarked;
