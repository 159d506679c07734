package dev.muster.policy.language;

import dev.muster.policy.language.condition.ClockTime;
import dev.muster.policy.language.message.Quote;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.Zone;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what conditions ask for by name: zones and shifts. */
final class FactReader {
    static final Set<String> CIRCLE = Set.of("latitude", "longitude", "radiusMetres");
    static final Set<String> POINT = Set.of("latitude", "longitude");
    static final Set<String> WINDOW = Set.of("days", "from", "to");
    static final int MOST_CORNERS = 64;

    private static final int MOST_METRES = 100_000;
    private static final String DATE = "a date such as `2026-12-24`";

    private final Header header;

    FactReader(Header header) {
        this.header = header;
    }

    Optional<PolicyDocument> zone(Fields spec) {
        Optional<YamlNode> circle = spec.node("circle");
        Optional<YamlNode> polygon = spec.node("polygon");
        List<String> tags = spec.values("tags");
        if (circle.isPresent() && polygon.isPresent()) {
            spec.error(polygon.get().at(), "either `circle` or `polygon` expected, found both");
            return Optional.empty();
        }
        Optional<Zone.Area> area =
                circle.isPresent() ? circle(spec, circle.get()) : polygon.flatMap(ignored -> polygon(spec));
        if (circle.isEmpty() && polygon.isEmpty() && tags.isEmpty()) {
            spec.error(spec.at(), "at least one of `circle`, `polygon`, `tags` expected, found none");
            return Optional.empty();
        }
        if (area.isEmpty() && (circle.isPresent() || polygon.isPresent())) {
            return Optional.empty();
        }
        return Optional.of(new Zone(header.name(), header.description(), area, new TreeSet<>(tags)));
    }

    private static Optional<Zone.Area> circle(Fields spec, YamlNode node) {
        return spec.inner("circle", node, CIRCLE).flatMap(fields -> {
            Optional<Zone.Point> centre = point(fields);
            Optional<Double> radius = fields.requiredValue(
                    "radiusMetres",
                    "a radius above 0 and at most " + MOST_METRES + " metres",
                    text -> Scalars.decimal(text, Double.MIN_VALUE, MOST_METRES));
            return centre.isEmpty() || radius.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Zone.Area.Circle(centre.get(), radius.get()));
        });
    }

    private static Optional<Zone.Area> polygon(Fields spec) {
        Optional<List<YamlNode>> items = spec.items("polygon");
        if (items.isEmpty()) {
            return Optional.empty();
        }
        int corners = items.get().size();
        if (corners < 3 || corners > MOST_CORNERS) {
            spec.error(
                    spec.node("polygon").orElseThrow().at(),
                    "field `polygon`: 3 to " + MOST_CORNERS + " corners expected, found " + corners);
            return Optional.empty();
        }
        List<Zone.Point> points = new ArrayList<>();
        for (YamlNode item : items.get()) {
            spec.inner("polygon", item, POINT).flatMap(FactReader::point).ifPresent(points::add);
        }
        if (points.size() < corners) {
            return Optional.empty();
        }
        double west = points.stream().mapToDouble(Zone.Point::longitude).min().orElseThrow();
        double east = points.stream().mapToDouble(Zone.Point::longitude).max().orElseThrow();
        if (east - west > 180) {
            spec.error(
                    spec.node("polygon").orElseThrow().at(),
                    "field `polygon`: corners within 180 degrees of longitude expected, found " + west + " to " + east
                            + "; write one zone on each side of the antimeridian");
            return Optional.empty();
        }
        return Optional.of(new Zone.Area.Polygon(points));
    }

    private static Optional<Zone.Point> point(Fields fields) {
        Optional<Double> latitude =
                fields.requiredValue("latitude", "degrees from -90 to 90", text -> Scalars.decimal(text, -90, 90));
        Optional<Double> longitude =
                fields.requiredValue("longitude", "degrees from -180 to 180", text -> Scalars.decimal(text, -180, 180));
        return latitude.isEmpty() || longitude.isEmpty()
                ? Optional.empty()
                : Optional.of(new Zone.Point(latitude.get(), longitude.get()));
    }

    Optional<PolicyDocument> shift(Fields spec) {
        Optional<YamlNode> written = spec.required("windows");
        List<Shift.Window> windows = new ArrayList<>();
        List<YamlNode> items = spec.items("windows").orElse(List.of());
        for (YamlNode item : items) {
            spec.inner("windows", item, WINDOW).flatMap(FactReader::window).ifPresent(windows::add);
        }
        if (written.isPresent() && items.isEmpty()) {
            spec.error(written.get().at(), "field `windows`: at least one window expected, found none");
        }
        List<LocalDate> except = spec.values("except", DATE, Scalars::date);
        List<LocalDate> also = spec.values("also", DATE, Scalars::date);
        if (windows.isEmpty() || windows.size() < items.size()) {
            return Optional.empty();
        }
        return Optional.of(
                new Shift(header.name(), header.description(), windows, new TreeSet<>(except), new TreeSet<>(also)));
    }

    private static Optional<Shift.Window> window(Fields fields) {
        Optional<Integer> days = days(fields);
        Optional<Integer> from = fields.requiredValue(
                "from", ClockTime.EXPECTED, text -> ClockTime.minute(text).filter(minute -> minute < 24 * 60));
        Optional<Integer> to = fields.requiredValue("to", ClockTime.EXPECTED, ClockTime::minute);
        return days.isEmpty() || from.isEmpty() || to.isEmpty()
                ? Optional.empty()
                : Optional.of(new Shift.Window(days.get(), from.get(), to.get()));
    }

    private static Optional<Integer> days(Fields fields) {
        Optional<YamlNode> node = fields.required("days");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (node.get() instanceof YamlNode.Scalar scalar) {
            if (scalar.text().equals(SelectorReader.ALL)) {
                return Optional.of(Condition.Weekdays.ALL);
            }
            fields.error(
                    scalar.at(),
                    "field `days`: a list of days or the word `all` expected, found " + Quote.of(scalar.text()));
            return Optional.empty();
        }
        int days = fields.values("days", "one of " + String.join(", ", Scalars.DAYS), Scalars::day).stream()
                .mapToInt(Integer::intValue)
                .sum();
        if (node.get() instanceof YamlNode.Sequence sequence && sequence.items().isEmpty()) {
            fields.error(node.get().at(), "field `days`: at least one day expected, or the word `all`; found none");
        }
        return days == 0 ? Optional.empty() : Optional.of(days);
    }
}
