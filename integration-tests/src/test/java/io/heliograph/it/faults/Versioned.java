package io.heliograph.it.faults;

/** A value and the revision it was decided at. */
record Versioned(String value, long revision) {}
