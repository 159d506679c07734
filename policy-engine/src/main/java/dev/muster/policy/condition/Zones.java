package dev.muster.policy.condition;

import dev.muster.policy.model.Zone;
import dev.muster.policy.model.Zone.Area;
import dev.muster.policy.model.Zone.Point;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a device is in a zone. */
public final class Zones {
    /** Mean radius of the Earth (IUGG), in metres; a zone of a mine needs no ellipsoid. */
    private static final double EARTH_METRES = 6_371_008.8;

    private Zones() {}

    /** Inside the area, or at one of the tags; without a position and a tag outside. */
    public static boolean contains(Zone zone, Optional<Point> position, Set<String> tags) {
        return zone.tags().stream().anyMatch(tags::contains)
                || (position.isPresent()
                        && zone.area().isPresent()
                        && contains(zone.area().get(), position.get()));
    }

    private static boolean contains(Area area, Point point) {
        return switch (area) {
            case Area.Circle circle -> metres(circle.centre(), point) <= circle.radiusMetres();
            case Area.Polygon polygon -> contains(polygon.corners(), point);
        };
    }

    /** Distance along the ground, by the haversine formula. */
    static double metres(Point a, Point b) {
        double latitude = Math.toRadians(b.latitude() - a.latitude()) / 2;
        double longitude = Math.toRadians(b.longitude() - a.longitude()) / 2;
        double chord = Math.sin(latitude) * Math.sin(latitude)
                + Math.cos(Math.toRadians(a.latitude()))
                        * Math.cos(Math.toRadians(b.latitude()))
                        * Math.sin(longitude)
                        * Math.sin(longitude);
        return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(chord)));
    }

    /** Even-odd rule: a ray to the east crosses the outline an odd number of times. */
    private static boolean contains(List<Point> corners, Point point) {
        boolean inside = false;
        Point before = corners.getLast();
        for (Point corner : corners) {
            boolean crosses = (corner.latitude() > point.latitude()) != (before.latitude() > point.latitude());
            if (crosses) {
                double at = corner.longitude()
                        + (point.latitude() - corner.latitude())
                                / (before.latitude() - corner.latitude())
                                * (before.longitude() - corner.longitude());
                inside ^= point.longitude() < at;
            }
            before = corner;
        }
        return inside;
    }
}
