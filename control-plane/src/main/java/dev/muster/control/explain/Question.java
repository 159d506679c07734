package dev.muster.control.explain;

import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.identity.DeviceId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to know.
 *
 * @param user empty: the lowest user that has the app
 * @param at empty: now
 */
record Question(DeviceId device, String bundle, Optional<Integer> user, String permission, Optional<Instant> at) {
    private static final int LONGEST = 256;

    /** Reads the members of a request; a problem names the one that is missing or wrong. */
    static Question of(
            @Nullable String device,
            @Nullable String bundle,
            @Nullable String permission,
            @Nullable Integer user,
            @Nullable String at) {
        if (device == null || bundle == null || permission == null || bundle.isEmpty() || bundle.length() > LONGEST) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `device`, `bundle` and `permission`, found one of them missing");
        }
        if (user != null && user < 0) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "expected `user` of 0 or more, found " + user);
        }
        return new Question(
                DeviceService.id(device),
                bundle,
                Optional.ofNullable(user),
                permission,
                Optional.ofNullable(instant(at)));
    }

    private static @Nullable Instant instant(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "expected an ISO-8601 instant at `at`, found `" + text + "`");
        }
    }

    /** The instance that is meant, given those that exist. */
    AppKey app(Iterable<AppKey> known) {
        for (AppKey key : known) {
            if (key.bundle().equals(bundle)
                    && user.map(wanted -> wanted == key.user()).orElse(true)) {
                return key;
            }
        }
        return new AppKey(bundle, user.orElse(AppKey.FIRST_USER), 0);
    }
}
