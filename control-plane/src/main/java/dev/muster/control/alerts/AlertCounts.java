package dev.muster.control.alerts;

import java.util.List;

/**
 * How many alerts are open.
 *
 * @param loud those that fire and that nothing explains, nobody silenced and nobody acknowledged
 */
public record AlertCounts(long pending, long firing, long acknowledged, long quiet, long loud, long critical) {
    /** So many with the same properties. */
    record Row(String state, String severity, boolean quiet, long count) {}

    static AlertCounts of(List<Row> rows) {
        long pending = 0;
        long firing = 0;
        long acknowledged = 0;
        long quiet = 0;
        long loud = 0;
        long critical = 0;
        for (Row row : rows) {
            switch (row.state()) {
                case "pending" -> pending += row.count();
                case "firing" -> firing += row.count();
                case "acknowledged" -> acknowledged += row.count();
                default -> {}
            }
            if (row.quiet()) {
                quiet += row.count();
            } else if (row.state().equals("firing")) {
                loud += row.count();
                critical += row.severity().equals("critical") ? row.count() : 0;
            }
        }
        return new AlertCounts(pending, firing, acknowledged, quiet, loud, critical);
    }
}
