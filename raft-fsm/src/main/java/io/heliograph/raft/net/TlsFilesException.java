package io.heliograph.raft.net;

import java.io.IOException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Certificate, key or authorities cannot be used. */
public final class TlsFilesException extends IOException {

    /** Which of the files is at fault. */
    public enum Part {
        CERTIFICATE,
        KEY,
        CA
    }

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // a map of enum constants and text
    private final Map<Part, String> problems;

    TlsFilesException(Map<Part, String> problems) {
        super(String.join("; ", problems.values()));
        this.problems = Collections.unmodifiableMap(new EnumMap<>(problems));
    }

    /** One line for each file that is at fault; names the file. */
    public Map<Part, String> problems() {
        return problems;
    }
}
