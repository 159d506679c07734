package dev.muster.control.explain;

import java.time.Instant;
import java.util.Optional;

/**
 * What answered on a device during a span of time.
 *
 * @param from when it began, by the device's clock where that is plausible
 * @param to when it ended; empty while nothing else was heard
 * @param version of the policy; empty for none
 * @param sha256 of the bundle; empty for none
 * @param capabilities SHA-256 of the capability file; empty for none
 * @param profile digest of the inventory as that policy sees it; empty where it is not known
 */
public record Held(
        Instant from,
        Optional<Instant> to,
        Optional<Long> version,
        String sha256,
        String capabilities,
        String profile) {}
