package dev.muster.control.devices;

import java.util.Map;

/** The fleet in figures, as far as it is in scope; retired devices count in {@code byStatus} only. */
public record Fleet(
        long devices,
        long online,
        Map<String, Long> byStatus,
        Map<String, Long> byImage,
        Map<String, Long> bySite,
        long rolloutsInFlight) {
    public Fleet {
        byStatus = Map.copyOf(byStatus);
        byImage = Map.copyOf(byImage);
        bySite = Map.copyOf(bySite);
    }
}
