package dev.muster.agent.platform.openharmony;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A distribution of OpenHarmony.
 *
 * @param name as people call it
 * @param parameter what {@code const.product.os.dist.name} says there; empty where nobody told us yet
 * @param source how that is known
 */
public record Distribution(String name, Optional<String> parameter, String source) {
    /** A name that no row has; said as it is, never guessed from a brand. */
    public static final String UNKNOWN = "unknown";

    private static final String TABLE = "distributions.tsv";

    /** Every row of the table, in its order. */
    public static List<Distribution> known() {
        try (InputStream in = Distribution.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException("`" + TABLE + "` is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Distribution::row)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The name for what a device says of itself: {@code OpenHarmony} where it says nothing, which is the documented fall-back, and
     * {@value #UNKNOWN} for what stands in no row.
     */
    public static String nameOf(Optional<String> parameter) {
        Optional<String> said = parameter.map(String::strip).filter(text -> !text.isEmpty());
        if (said.isEmpty()) {
            return "OpenHarmony";
        }
        return known().stream()
                .filter(row -> row.parameter().equals(said))
                .map(Distribution::name)
                .findFirst()
                .orElse(UNKNOWN);
    }

    private static Distribution row(String line) {
        String[] cells = line.split("\t", -1);
        if (cells.length != 3) {
            throw new IllegalStateException("expected three cells in `" + TABLE + "`, found `" + line + "`");
        }
        return new Distribution(cells[0], cells[1].equals("-") ? Optional.empty() : Optional.of(cells[1]), cells[2]);
    }
}
