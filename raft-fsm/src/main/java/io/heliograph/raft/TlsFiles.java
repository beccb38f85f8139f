package io.heliograph.raft;

import java.nio.file.Path;

/**
 * The PEM files by which members of a group know each other.
 *
 * @param certificate this node's certificate, then the ones between it and the authority, if any
 * @param key the private key of that certificate, not encrypted
 * @param ca the authorities that every member's certificate is signed by
 */
public record TlsFiles(Path certificate, Path key, Path ca) {}
