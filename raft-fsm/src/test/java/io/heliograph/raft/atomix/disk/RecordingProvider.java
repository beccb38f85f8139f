package io.heliograph.raft.atomix.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The default file system of a JVM that is started with {@code -Djava.nio.file.spi.DefaultFileSystemProvider} and this
 * class: does what the real one does, and tells the {@link DiskTrace} that is installed of every change.
 */
public final class RecordingProvider extends FileSystemProvider {

    private final FileSystemProvider real;
    private final RecordingFileSystem fileSystem;

    /** Called by the JVM. */
    public RecordingProvider(FileSystemProvider real) {
        this.real = real;
        this.fileSystem = new RecordingFileSystem(this, real.getFileSystem(URI.create("file:///")));
    }

    static Path unwrap(Path path) {
        return path instanceof RecordingPath recording ? recording.real() : path;
    }

    Path wrap(Path path) {
        return new RecordingPath(fileSystem, path);
    }

    @Override
    public String getScheme() {
        return real.getScheme();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) throws IOException {
        return real.newFileSystem(uri, environment);
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return fileSystem;
    }

    @Override
    public Path getPath(URI uri) {
        return wrap(real.getPath(uri));
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path file = unwrap(path);
        DiskTrace trace = DiskTrace.of(file);
        if (trace == null) {
            return real.newFileChannel(file, options, attributes);
        }
        trace.lookAt(file);
        FileChannel channel = real.newFileChannel(file, options, attributes);
        trace.opened(file, options.contains(StandardOpenOption.TRUNCATE_EXISTING));
        return new RecordingChannel(channel, file, trace);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        boolean changes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        return changes && DiskTrace.of(unwrap(path)) != null
                ? newFileChannel(path, options, attributes)
                : real.newByteChannel(unwrap(path), options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        DirectoryStream<Path> stream = real.newDirectoryStream(unwrap(directory), file -> filter.accept(wrap(file)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                Iterator<Path> files = stream.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return files.hasNext();
                    }

                    @Override
                    public Path next() {
                        return wrap(files.next());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        real.createDirectory(unwrap(directory), attributes);
        DiskTrace trace = DiskTrace.of(unwrap(directory));
        if (trace != null) {
            trace.directoryCreated(unwrap(directory));
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        Path file = unwrap(path);
        DiskTrace trace = DiskTrace.of(file);
        if (trace != null) {
            trace.lookAt(file);
        }
        real.delete(file);
        if (trace != null) {
            trace.deleted(file);
        }
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        real.copy(unwrap(source), unwrap(target), options);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        Path from = unwrap(source);
        Path to = unwrap(target);
        DiskTrace trace = DiskTrace.of(from);
        if (trace != null) {
            trace.lookAt(from);
        }
        real.move(from, to, options);
        if (trace != null) {
            trace.renamed(from, to);
        }
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return real.isSameFile(unwrap(one), unwrap(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return real.isHidden(unwrap(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return real.getFileStore(unwrap(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real.checkAccess(unwrap(path), modes);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return real.getFileAttributeView(unwrap(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return real.readAttributes(unwrap(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return real.readAttributes(unwrap(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        real.setAttribute(unwrap(path), attribute, value, options);
    }
}
