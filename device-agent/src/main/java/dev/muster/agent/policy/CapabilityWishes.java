package dev.muster.agent.policy;

import dev.muster.agent.local.LocalRefusal;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.protocol.event.DeviceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Rights that apps lack and ask people for. The same wish is told once an hour, and few in all: a service that asks in a
 * loop must not fill anybody's list. Thread-safe.
 */
public final class CapabilityWishes {
    /** The event's kind. */
    public static final String KIND = "permission.request";

    static final Duration AGAIN = Duration.ofHours(1);
    static final int MOST = 20;
    static final int MAX_REASON = 500;
    private static final int MAX_APP = 128;

    private final Map<String, Instant> told = new HashMap<>();

    /** What to tell; empty where the same was told a short while ago. A {@link LocalRefusal} for what cannot be meant. */
    public synchronized Optional<DeviceEvent> wish(
            String user, AppKey app, String permission, String reason, Instant now) {
        if (PermissionCatalog.builtIn().find(permission).isEmpty()) {
            throw new LocalRefusal(
                    "malformed", "expected a permission of OpenHarmony, found `" + cut(permission, 128) + "`");
        }
        if (app.bundle().isEmpty() || app.bundle().length() > MAX_APP) {
            throw new LocalRefusal("malformed", "expected a bundle name of 1 to " + MAX_APP + " characters at `app`");
        }
        if (reason.isBlank() || reason.length() > MAX_REASON) {
            throw new LocalRefusal(
                    "malformed",
                    "expected a `reason` of 1 to " + MAX_REASON + " characters, for whoever decides, found "
                            + reason.length());
        }
        told.values().removeIf(at -> !now.isBefore(at.plus(AGAIN)));
        String key = app + " " + permission;
        if (told.containsKey(key)) {
            return Optional.empty();
        }
        if (told.size() >= MOST) {
            throw new LocalRefusal("over-quota", "expected at most " + MOST + " requests an hour, found more");
        }
        told.put(key, now);
        Map<String, String> detail = new LinkedHashMap<>();
        detail.put("app", app.bundle());
        detail.put("user", Integer.toString(app.user()));
        detail.put("instance", Integer.toString(app.instance()));
        detail.put("permission", permission);
        detail.put("reason", reason);
        detail.put("askedBy", user);
        return Optional.of(new DeviceEvent(KIND, now, detail));
    }

    private static String cut(String text, int most) {
        return text.substring(0, Math.min(most, text.length()));
    }
}
