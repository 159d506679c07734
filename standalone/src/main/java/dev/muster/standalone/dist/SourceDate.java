package dev.muster.standalone.dist;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.StandaloneException;
import java.time.Instant;
import java.util.Map;

/** The one time that every file in a package has: equal inputs must give equal bytes. */
public final class SourceDate {
    /** The time that the jars are stamped with, too (project.build.outputTimestamp). */
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private SourceDate() {}

    /** {@code SOURCE_DATE_EPOCH} of {@code environment}, else that of the jars. */
    public static Instant of(Map<String, String> environment) {
        String epoch = environment.getOrDefault("SOURCE_DATE_EPOCH", Long.toString(TIME.getEpochSecond()));
        if (!epoch.matches("[0-9]{1,11}")) {
            throw new StandaloneException(
                    ExitCode.USAGE, "expected seconds since 1970 in SOURCE_DATE_EPOCH, found `" + epoch + "`");
        }
        return Instant.ofEpochSecond(Long.parseLong(epoch));
    }
}
