package dev.muster.control.fleetfiles;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What files would change, or did; also its form on the wire.
 *
 * @param digest of the changes: two plans that are the same have the same
 * @param undelivered what is written and not brought to devices yet, such as {@code policy}; only where nothing was tried
 * @param labelled how many things get the label, or lose it, though nothing of them changes
 */
public record FleetPlan(
        String digest,
        boolean applied,
        List<FleetChange> changes,
        int unchanged,
        List<FleetKind.Delivery> deliveries,
        List<String> undelivered,
        int labelled) {
    public FleetPlan {
        changes = List.copyOf(changes);
        deliveries = List.copyOf(deliveries);
        undelivered = List.copyOf(undelivered);
    }

    /** A digest of what changes, before and after; how many devices that are may be another number a second later. */
    static String digest(String label, List<FleetChange> changes) {
        StringBuilder text = new StringBuilder(label);
        for (FleetChange change : changes) {
            text.append('\0').append(change.kind()).append('/').append(change.name());
            text.append('\0').append(change.action());
            change.fields().forEach(field -> text.append('\0')
                    .append(field.name())
                    .append('\0')
                    .append(field.before())
                    .append('\0')
                    .append(field.after()));
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
