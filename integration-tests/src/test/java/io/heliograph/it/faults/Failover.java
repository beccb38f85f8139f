package io.heliograph.it.faults;

/** An entry of {@code GET /v1/failovers}. */
record Failover(String alias, String from, String to, String reason, long revision) {}
