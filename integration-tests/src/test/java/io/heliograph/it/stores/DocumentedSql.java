package io.heliograph.it.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What operators are told to run, from {@code docs/stores.md}. */
final class DocumentedSql {

    /** The account in the document. */
    static final String USER = "helio";

    static final String PASSWORD = "change-me";

    private static final String BEGIN = "```sql\n";

    private DocumentedSql() {}

    /** The statements of the first block below a heading of the third level. */
    static List<String> below(String heading) {
        String text = document();
        String title = "\n### " + heading + "\n";
        int at = text.indexOf(title);
        int begin = text.indexOf(BEGIN, at);
        if (at < 0 || begin < 0) {
            throw new IllegalStateException("docs/stores.md has no SQL below '" + heading + "'");
        }
        String block = text.substring(begin + BEGIN.length(), text.indexOf("```", begin + BEGIN.length()));
        return Arrays.stream(block.split(";"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    private static String document() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve("docs/stores.md");
            if (Files.isReadable(file)) {
                try {
                    return Files.readString(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        throw new UncheckedIOException(new IOException("docs/stores.md is neither here nor above"));
    }
}
