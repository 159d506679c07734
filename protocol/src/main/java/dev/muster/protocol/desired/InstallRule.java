package dev.muster.protocol.desired;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * When a device may switch to a target whose bytes it has; loading them is never held. Member {@code install} of a target's
 * {@code muster} object; left out where it is {@link #NOW}, so that agents without it are told nothing new.
 *
 * @param mode whether somebody on the device has a say
 * @param window whether the device needs a lease of the server for it, see {@link InstallLeases}
 */
public record InstallRule(Mode mode, boolean window) {
    /** At once. */
    public static final InstallRule NOW = new InstallRule(Mode.FORCED, false);

    /** Whether somebody on the device has a say. */
    public enum Mode {
        /** Nobody. */
        FORCED,
        /** The device is idle, or a person or service on it agreed. */
        SOFT,
        /** It loads and checks, and does not switch. */
        DOWNLOAD_ONLY;

        /** On the wire and for people: {@code download-only}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Reads {@link #text}; {@link IllegalArgumentException} for anything else. */
        public static Mode parse(String text) {
            for (Mode mode : values()) {
                if (mode.text().equals(text)) {
                    return mode;
                }
            }
            throw new IllegalArgumentException("expected `forced`, `soft` or `download-only`, found `" + text + "`");
        }
    }

    /** The member {@code install}. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("mode", mode.text());
        map.put("window", window);
        return map;
    }

    /**
     * Reads the member.
     *
     * @throws ProtocolException for a mode this version does not know: it may be the one that must not switch
     */
    public static InstallRule from(JsonObject json) {
        return new InstallRule(
                json.convert("mode", Mode::parse), json.optionalFlag("window").orElse(false));
    }
}
