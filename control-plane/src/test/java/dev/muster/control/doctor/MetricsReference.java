package dev.muster.control.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of {@code docs/reference/metrics.md}. */
final class MetricsReference {
    private static final Path PAGE = Path.of("..", "docs", "reference", "metrics.md");

    /** Name, type, a unit and a meaning. */
    private static final Pattern ROW = Pattern.compile(
            "\\| `(muster_[a-z_0-9]+)` \\| (counter|gauge|summary|histogram) \\| ([^|]{3,}) \\| ([^|]{10,}) \\|");

    private MetricsReference() {}

    /** Types by name. */
    static Map<String, String> types() throws IOException {
        Map<String, String> types = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && types.put(row.group(1), row.group(2)) != null) {
                throw new AssertionError("expected one row of `" + row.group(1) + "`, found two");
            }
        }
        return types;
    }
}
