package dev.muster.control.overview;

import dev.muster.control.access.DocumentStanding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The fleet at a glance, as far as it is in scope.
 *
 * @param compliance how many devices hold the permissions that are meant for them, by state
 * @param rollouts those in flight, the newest first, at most 10
 * @param alerts what fires, one row per rule and site, the worst first, at most 10
 * @param waiting what waits for a person, of what the caller may see
 */
public record Overview(
        Devices devices,
        Map<String, Long> compliance,
        long rolloutsInFlight,
        List<Rollout> rollouts,
        Map<String, Long> firing,
        List<Alert> alerts,
        List<Waiting> waiting) {
    public Overview {
        compliance = Map.copyOf(compliance);
        rollouts = List.copyOf(rollouts);
        firing = Map.copyOf(firing);
        alerts = List.copyOf(alerts);
        waiting = List.copyOf(waiting);
    }

    /**
     * Counts of devices; of a large fleet they may be some seconds old. Retired ones count in {@code byStatus} only.
     *
     * @param document how active devices stand to their signed document, see {@link DocumentStanding}
     * @param byImage the 50 most frequent
     * @param bySite the 50 largest
     */
    public record Devices(
            long devices,
            long online,
            Map<String, Long> document,
            Map<String, Long> byStatus,
            Map<String, Long> byImage,
            Map<String, Long> bySite) {
        public Devices {
            document = Map.copyOf(document);
            byStatus = Map.copyOf(byStatus);
            byImage = Map.copyOf(byImage);
            bySite = Map.copyOf(bySite);
        }
    }

    /** A rollout in flight. */
    public record Rollout(
            UUID id,
            String name,
            String kind,
            String state,
            String reason,
            long devices,
            long succeeded,
            long failed) {}

    /** Alerts of one rule at one site; {@code site} is empty for devices without one. */
    public record Alert(
            String rule,
            String site,
            String severity,
            long alerts,
            @Nullable Instant since) {}

    /**
     * Something that waits for a person.
     *
     * @param kind {@code four-eyes}, {@code wave}, {@code freeze-override}, {@code enrolment}, {@code permission} or
     *     {@code signature}
     * @param since of the one that waits longest
     * @param what names one of them, in words
     */
    public record Waiting(String kind, long count, @Nullable Instant since, String id, String what) {}

    /**
     * Sites that lie close together, as one point of a map.
     *
     * @param latitude of their middle, in degrees
     * @param names of at most three, those with most devices first
     * @param west the box around them
     */
    public record Spot(
            double latitude,
            double longitude,
            double west,
            double south,
            double east,
            double north,
            long sites,
            List<String> names,
            long devices,
            long online,
            long alerts) {
        public Spot {
            names = List.copyOf(names);
        }
    }

    /** A map; {@code unplaced} counts the sites that are nowhere on any map. */
    public record SiteMap(List<Spot> spots, long unplaced) {
        public SiteMap {
            spots = List.copyOf(spots);
        }
    }
}
