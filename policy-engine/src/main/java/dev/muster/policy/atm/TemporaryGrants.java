package dev.muster.policy.atm;

import static dev.muster.policy.atm.PermissionFlags.ALLOW_THIS_TIME;
import static dev.muster.policy.atm.PermissionFlags.USER_FIXED;
import static dev.muster.policy.atm.PermissionFlags.has;

import dev.muster.policy.atm.AppActivity.Group;
import dev.muster.policy.atm.AppActivity.Stage;
import dev.muster.policy.token.AccessTokenId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Grants that end by themselves: one-time grants, tied to what the app does, and timed grants. Nothing runs by itself:
 * {@link #expire} is called before every operation.
 */
final class TemporaryGrants {
    static final Duration BACKGROUND_GRACE = Duration.ofSeconds(10);
    private static final int MAX_SECONDS = 300;
    private static final String SHORT_TERM = "ohos.permission.SHORT_TERM_WRITE_IMAGEVIDEO";
    private static final String PASTEBOARD = "ohos.permission.READ_PASTEBOARD";
    private static final Set<String> LOCATION = Set.of(
            "ohos.permission.APPROXIMATELY_LOCATION",
            "ohos.permission.LOCATION",
            "ohos.permission.LOCATION_IN_BACKGROUND");

    private final AtmConfig config;
    private final TokenStore tokens;
    private final Grants grants;
    private final Map<Key, Timed> timed = new HashMap<>();

    TemporaryGrants(AtmConfig config, TokenStore tokens, Grants grants) {
        this.config = config;
        this.tokens = tokens;
        this.grants = grants;
    }

    private record Key(AccessTokenId token, String permission) {}

    private record Timed(Instant first, Instant end) {}

    /** Whether a permission can be granted once, now. For root the app need not be doing anything. */
    static boolean mayGrantOnce(AppToken token, String permission, boolean root) {
        AppActivity activity = token.activity;
        if (LOCATION.contains(permission)) {
            return root || activity.isForeground() || activity.widgetVisible || activity.hasLocationTask();
        }
        return switch (permission) {
            case PASTEBOARD -> root || activity.isForeground() || activity.widgetVisible;
            case "ohos.permission.CAMERA" -> root || activity.isForeground();
            case "ohos.permission.MICROPHONE" -> root || activity.isForeground() || activity.hasSoundTask();
            case "ohos.permission.CUSTOM_SCREEN_CAPTURE" -> true;
            default -> false;
        };
    }

    void foreground(AppToken token) {
        token.activity.stage = Stage.FOREGROUND;
        token.activity.deadlines.clear();
    }

    void background(AppToken token, Instant now) {
        token.activity.stage = Stage.BACKGROUND;
        reschedule(token, now);
    }

    void widget(AppToken token, boolean visible, Instant now) {
        token.activity.widgetVisible = visible;
        reschedule(token, now);
    }

    void startTask(AppToken token, int id, Set<String> kinds, Instant now) {
        token.activity.tasks.put(id, Set.copyOf(kinds));
        reschedule(token, now);
    }

    void stopTask(AppToken token, int id, Instant now) {
        token.activity.tasks.remove(id);
        reschedule(token, now);
    }

    /** The application stopped or its process died: everything temporary ends at once. */
    void stopped(AppToken token) {
        token.activity.stop();
        token.entries.keySet().stream()
                .filter(permission -> isOneTime(token, permission))
                .toList()
                .forEach(permission -> end(token, permission, ALLOW_THIS_TIME));
        timed.keySet().removeIf(key -> {
            if (key.token().equals(token.id)) {
                end(token, key.permission(), USER_FIXED);
                return true;
            }
            return false;
        });
    }

    private void reschedule(AppToken token, Instant now) {
        AppActivity activity = token.activity;
        for (Group group : Group.values()) {
            if (activity.stage != Stage.BACKGROUND || activity.keeps(group)) {
                activity.deadlines.remove(group);
            } else {
                activity.deadlines.putIfAbsent(group, now.plus(BACKGROUND_GRACE));
            }
        }
    }

    /** A grant for some seconds; a later one extends it, never shortens it, up to a total. */
    AtmCode grantTimed(AccessTokenId id, String permission, int seconds, Instant now) {
        Key key = new Key(id, permission);
        if (id.value() == 0
                || seconds <= 0
                || seconds > MAX_SECONDS
                || seconds > config.shortGrantMaxTotalSeconds()
                || !permission.equals(SHORT_TERM)) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        Timed present = timed.get(key);
        Instant first = present == null ? now : present.first();
        Instant last = first.plusSeconds(config.shortGrantMaxTotalSeconds());
        Instant wanted = now.plusSeconds(seconds);
        Instant end = wanted.isAfter(last) ? last : wanted;
        if (present != null && !end.isAfter(present.end())) {
            return AtmCode.OK;
        }
        AtmCode code = grants.change(id, permission, true, USER_FIXED, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT);
        if (code.isOk()) {
            timed.put(key, new Timed(first, end));
        }
        return code;
    }

    /** Ends what has run out. */
    void expire(Instant now) {
        List<Key> over = new ArrayList<>();
        timed.forEach((key, grant) -> {
            if (!now.isBefore(grant.end())) {
                over.add(key);
            }
        });
        for (Key key : over) {
            timed.remove(key);
            tokens.app(key.token()).ifPresent(token -> end(token, key.permission(), USER_FIXED));
        }
        for (AppToken token : tokens.apps()) {
            expire(token, now);
        }
    }

    private void expire(AppToken token, Instant now) {
        for (Group group : Group.values()) {
            Instant deadline = token.activity.deadlines.get(group);
            if (deadline != null && !now.isBefore(deadline)) {
                token.activity.deadlines.remove(group);
                token.entries.keySet().stream()
                        .filter(permission -> belongsTo(permission, group) && isOneTime(token, permission))
                        .toList()
                        .forEach(permission -> end(token, permission, ALLOW_THIS_TIME));
            }
        }
    }

    /** Revokes without asking; the flag says that it may be asked for again. */
    private void end(AppToken token, String permission, int flags) {
        // A permission that an administrator or the system fixed meanwhile is no longer temporary.: the refusal is
        // right.
        grants.change(token.id, permission, false, flags, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT);
    }

    void forget(AccessTokenId token) {
        timed.keySet().removeIf(key -> key.token().equals(token));
    }

    private static boolean belongsTo(String permission, Group group) {
        return switch (group) {
            case PASTEBOARD -> permission.equals(PASTEBOARD);
            case LOCATION -> LOCATION.contains(permission);
        };
    }

    private static boolean isOneTime(AppToken token, String permission) {
        Entry entry = token.entries.get(permission);
        return entry != null && entry.granted() && has(entry.flags(), ALLOW_THIS_TIME);
    }
}
