package io.heliograph.raft.atomix;

import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.storage.StorageLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the library keeps what. */
final class LogFiles {

    private LogFiles() {}

    /** What the library insists on writing and nobody reads: begins empty at each start. */
    static RaftStorage scratch(Path directory) {
        Path library = directory.resolve("library");
        try {
            if (Files.isDirectory(library)) {
                try (var leftovers = Files.list(library)) {
                    for (Path leftover : leftovers.toList()) {
                        Files.delete(leftover);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return RaftStorage.builder()
                .withPrefix("scratch")
                .withDirectory(library.toFile())
                .withStorageLevel(StorageLevel.DISK)
                .withMaxSegmentSize(1024)
                .withMaxEntrySize(256)
                .withNamespace(RaftNamespaces.RAFT_STORAGE)
                .withDynamicCompaction(false)
                .build();
    }

    /** Where snapshots are kept. */
    static RaftStorage snapshots(Path directory) {
        return RaftStorage.builder()
                .withPrefix("heliograph")
                .withDirectory(directory.toFile())
                .withStorageLevel(StorageLevel.DISK)
                .withNamespace(RaftNamespaces.RAFT_STORAGE)
                .build();
    }
}
