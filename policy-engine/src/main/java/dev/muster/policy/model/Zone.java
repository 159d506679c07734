package dev.muster.policy.model;

import java.util.List;
import java.util.NavigableSet;

/**
 * A named place. A device is inside when its position lies in {@code area}, or when the platform reports one of
 * {@code tags} (a beacon, a gate, a docking station). Without a position and without a tag it is outside.
 *
 * @param area where present
 * @param tags location tags, each enough by itself
 */
public record Zone(String name, String description, java.util.Optional<Area> area, NavigableSet<String> tags)
        implements PolicyDocument {
    public Zone {
        Names.check("Zone", name);
        tags = Names.wanted("tags", tags);
        if (area.isEmpty() && tags.isEmpty()) {
            throw new IllegalArgumentException("zone `" + name + "`: an area or tags expected, found neither");
        }
    }

    /** A region of the Earth's surface; latitudes -90 to 90, longitudes -180 to 180 degrees (WGS 84). */
    public sealed interface Area {
        /** A disc on the ground.
         *
         * @param radiusMetres above zero, at most 100 km */
        record Circle(Point centre, double radiusMetres) implements Area {
            public Circle {
                if (!(radiusMetres > 0 && radiusMetres <= 100_000)) {
                    throw new IllegalArgumentException(
                            "circle: a radius above 0 and at most 100000 metres expected, found " + radiusMetres);
                }
            }
        }

        /** A polygon.
         *
         * @param corners 3 to 64, not crossing the antimeridian; the last joins the first */
        record Polygon(List<Point> corners) implements Area {
            public Polygon {
                corners = List.copyOf(corners);
                if (corners.size() < 3 || corners.size() > 64) {
                    throw new IllegalArgumentException("polygon: 3 to 64 corners expected, found " + corners.size());
                }
            }
        }
    }

    /** A position in degrees (WGS 84). */
    public record Point(double latitude, double longitude) {
        public Point {
            if (!(latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180)) {
                throw new IllegalArgumentException(
                        "position: latitude -90 to 90 and longitude -180 to 180 expected, found " + latitude + ", "
                                + longitude);
            }
        }
    }
}
