package dev.muster.control.ddi;

import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How clients of one tenant come in.
 *
 * @param authorities of client certificates, in the words of the proxies; empty: no client comes in by a certificate
 * @param hardware of devices that a poll makes; so are {@code site} and {@code tags}
 * @param confirmation whether each action waits for the device to confirm it
 */
record DdiAccess(
        boolean enabled,
        boolean gateway,
        boolean targetTokens,
        List<String> authorities,
        Unknown unknown,
        String hardware,
        @Nullable String site,
        List<String> tags,
        boolean confirmation,
        Polling polling,
        Optional<Secret> gatewayToken) {
    /** What a tenant has that never said anything. */
    static final DdiAccess OFF = new DdiAccess(
            false,
            false,
            false,
            List.of(),
            Unknown.CREATE,
            "ddi",
            null,
            List.of(),
            false,
            Polling.parse("00:05:00"),
            Optional.empty());

    DdiAccess {
        authorities = List.copyOf(authorities);
        tags = List.copyOf(tags);
    }

    /** What becomes of a controller id that nobody knows. */
    enum Unknown {
        /** A device of its name. */
        CREATE,
        /** The device that waits for hardware with this serial number. */
        SERIAL,
        /** The device that waits for hardware with this UDID. */
        UDID,
        /** Nothing. */
        REFUSE
    }

    /** The hash of a token; the token itself is nowhere. */
    static final class Secret {
        private final byte[] sha256;

        Secret(byte[] sha256) {
            this.sha256 = sha256.clone();
        }

        static Secret of(String token) {
            return new Secret(Hashes.sha256(token));
        }

        /** In constant time. */
        boolean is(String token) {
            return MessageDigest.isEqual(sha256, Hashes.sha256(token));
        }

        byte[] bytes() {
            return sha256.clone();
        }
    }
}
