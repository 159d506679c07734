package dev.muster.control.requests;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an app on a device asks for, also its form on the wire.
 *
 * @param user id of the user on the device
 * @param reason words of the service that asked: a device wrote them
 * @param askedBy user of the device's system that asked
 * @param count how often it was asked while it is open
 * @param state {@code open}, {@code granted} or {@code declined}
 * @param answeredBy identity, {@code issuer#subject}
 * @param answeredByName name of that day, for people; proves nothing
 */
public record RightRequest(
        UUID id,
        String device,
        String app,
        int user,
        int instance,
        String permission,
        String reason,
        String askedBy,
        Instant askedAt,
        Instant lastAskedAt,
        int count,
        String state,
        @Nullable String answeredBy,
        @Nullable String answeredByName,
        @Nullable Instant answeredAt,
        @Nullable String note) {

    /** A Capability that would give exactly this, until {@code end}; to be read, changed and published by a person. */
    String capability(Instant end) {
        // At most 63 of a-z, 0-9 and `-`, as names of policy documents are.
        String name = (app.substring(app.lastIndexOf('.') + 1) + "-"
                        + permission.substring(permission.lastIndexOf('.') + 1) + "-"
                        + id.toString().substring(0, 8))
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9-]", "-");
        name = name.substring(Math.max(0, name.length() - 60)).replaceFirst("^-+", "");
        return """
                apiVersion: muster.dev/v1
                kind: Capability
                metadata:
                  name: %s
                spec:
                  permissions: [%s]
                  apps: {bundles: [%s]}
                  devices: {ids: ["%s"]}
                  users: [%d]
                  notAfter: %s
                """.formatted(name, permission, app, device, user, end);
    }
}
