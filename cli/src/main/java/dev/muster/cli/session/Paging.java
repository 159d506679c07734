package dev.muster.cli.session;

import dev.muster.cli.http.Url;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of verbs that print one page of a list. */
public final class Paging {
    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "Rows per page (default: 50).")
    private int limit = 50;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "The page after this one, as printed by the last.")
    private @Nullable String cursor;

    /** {@code url} for the asked page. */
    public Url on(Url url) {
        return url.with("limit", limit).with("cursor", cursor);
    }
}
