package io.heliograph.daemon.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a key was asked for while a configuration was read. {@code docs/configuration.md} is made of these, so what a reader
 * asks for is what the page says.
 *
 * @param key dotted path; what the operator chooses is {@code <name>} in it, an item of a list {@code []}
 * @param as what was expected there
 * @param type words for the kind and range of a value; empty where it is none
 * @param words all values there are, where they can be counted
 * @param fallback what counts when the key is not there, as one would write it; null for nothing
 * @param required whether its absence was told as a problem
 * @param variable whether an environment variable overrides it
 */
record Asked(
        String key,
        As as,
        String type,
        List<String> words,
        @Nullable String fallback,
        boolean required,
        boolean variable) {

    /** What was expected under a key. */
    enum As {
        /** Anything: it was looked whether the key is there, or in which form. */
        ANYTHING,
        BLOCK,
        LIST_OF_BLOCKS,
        LIST_OF_VALUES,
        VALUE
    }

    static Asked of(String key, As as) {
        return new Asked(key, as, "", List.of(), null, false, false);
    }

    static Asked value(String key, String type, Optional<String> fallback, boolean required) {
        return new Asked(key, As.VALUE, type, List.of(), fallback.orElse(null), required, true);
    }

    static Asked duration(String key, Duration fallback, Duration least, Duration most) {
        String type = "duration, " + Durations.text(least) + " to " + Durations.text(most);
        return value(key, type, Optional.of(Durations.text(fallback)), false);
    }

    static Asked word(String key, List<String> words, Optional<String> fallback, boolean required) {
        String type = "one of " + String.join(", ", words);
        return new Asked(key, As.VALUE, type, List.copyOf(words), fallback.orElse(null), required, true);
    }

    /** Words of an enum as they are written. */
    static <E extends Enum<E>> String word(E constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
