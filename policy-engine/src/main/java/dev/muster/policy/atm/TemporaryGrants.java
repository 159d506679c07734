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
        for (Group group : Group.values()) {
            if (!token.activity.keeps(group)) {
                count(token, group, now);
            }
        }
    }

    /** A visible widget stops the countdown of location only: one that runs for the pasteboard goes on. */
    void widget(AppToken token, boolean visible, Instant now) {
        AppActivity activity = token.activity;
        activity.widgetVisible = visible;
        if (visible) {
            activity.deadlines.remove(Group.LOCATION);
        } else if (!activity.isForeground()) {
            count(token, Group.PASTEBOARD, now);
            if (!activity.keeps(Group.LOCATION)) {
                count(token, Group.LOCATION, now);
            }
        }
    }

    /** Also for a running task whose kinds change. */
    void startTask(AppToken token, int id, Set<String> kinds, Instant now) {
        Set<String> before = token.activity.tasks.put(id, Set.copyOf(kinds));
        if (AppActivity.isLocation(kinds)) {
            token.activity.deadlines.remove(Group.LOCATION);
        } else if (before != null) {
            ended(token, before, now);
        }
    }

    void stopTask(AppToken token, int id, Instant now) {
        Set<String> kinds = token.activity.tasks.remove(id);
        if (kinds != null) {
            ended(token, kinds, now);
        }
    }

    private void ended(AppToken token, Set<String> kinds, Instant now) {
        AppActivity activity = token.activity;
        if (AppActivity.isLocation(kinds) && !activity.isForeground() && !activity.keeps(Group.LOCATION)) {
            count(token, Group.LOCATION, now);
        }
    }

    /** Starts a countdown where there is something to end; one that runs already is not prolonged. */
    private static void count(AppToken token, Group group, Instant now) {
        boolean granted = token.entries.keySet().stream()
                .anyMatch(permission -> belongsTo(permission, group) && isOneTime(token, permission));
        if (granted) {
            token.activity.deadlines.putIfAbsent(group, now.plus(BACKGROUND_GRACE));
        }
    }

    /** The application stopped, its process died, or the manager of applications did: everything temporary ends at once. */
    void stopped(AppToken token) {
        token.activity.stop();
        token.entries.keySet().stream()
                .filter(permission -> isOneTime(token, permission))
                .toList()
                .forEach(permission -> grants.end(token, permission, ALLOW_THIS_TIME));
        timed.keySet().removeIf(key -> {
            if (key.token().equals(token.id)) {
                grants.end(token, key.permission(), USER_FIXED);
                return true;
            }
            return false;
        });
    }

    /** A grant for some seconds; a later one extends it, never shortens it, up to a total. */
    AtmCode grantTimed(AccessTokenId id, String permission, int seconds, Caller caller, Instant now) {
        Key key = new Key(id, permission);
        if (id.value() == 0 || !Admission.isName(permission)) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        AtmCode may = caller.maySystemCall(Caller.GRANT_TIMED);
        if (!may.isOk()) {
            return may;
        }
        if (seconds <= 0
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
            tokens.app(key.token()).ifPresent(token -> grants.end(token, key.permission(), USER_FIXED));
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
                        .forEach(permission -> grants.end(token, permission, ALLOW_THIS_TIME));
            }
        }
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
