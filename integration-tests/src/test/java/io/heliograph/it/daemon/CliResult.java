package io.heliograph.it.daemon;

/** How one run of the command line ended. */
public record CliResult(int exitCode, String stdout, String stderr) {}
