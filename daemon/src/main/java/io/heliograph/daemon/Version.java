package io.heliograph.daemon;

import java.util.Optional;

/** The version of this program. */
public final class Version {

    /** As in the jar's manifest; {@code development} when run from classes. */
    public static final String TEXT = Optional.ofNullable(
                    Version.class.getPackage().getImplementationVersion())
            .orElse("development");

    private Version() {}
}
