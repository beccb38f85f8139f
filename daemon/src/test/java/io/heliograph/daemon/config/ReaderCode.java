package io.heliograph.daemon.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The words that the code of the readers gives to the methods that ask for keys. */
final class ReaderCode {

    private static final Path CODE = Path.of("src", "main", "java", "io", "heliograph", "daemon", "config");
    private static final Pattern ASKS = Pattern.compile("(?:\\.(?:text|optionalText|textOr|file|optionalFile|yesOrNo"
            + "|choice|optionalChoice|requiredChoice|duration|texts|list|section|has|hasBlock|isBlock|isList|isWritten)\\("
            + "|(?:name|address|url|secret)\\(\\w+, )\\s*\"([a-z-]+)\"");

    private ReaderCode() {}

    static Set<String> keys() throws IOException {
        Set<String> keys = new TreeSet<>();
        try (Stream<Path> files = Files.list(CODE)) {
            files.filter(file -> file.getFileName().toString().matches(".*(Reader|Loader)\\.java"))
                    .forEach(file -> addKeys(file, keys));
        }
        return keys;
    }

    private static void addKeys(Path file, Set<String> keys) {
        try {
            Matcher matcher = ASKS.matcher(Files.readString(file));
            while (matcher.find()) {
                keys.add(matcher.group(1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
