package dev.muster.control.access;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets in who brings the break-glass secret. Every try is an audit row. */
public interface BreakGlassDoor {
    /** How every such secret begins. */
    String PREFIX = "mbg.";

    /**
     * Who the secret lets in, now; empty for a wrong, expired, revoked or used-up one.
     *
     * @param what the request it is used for, for the trail
     */
    Optional<Caller.BreakGlass> open(String secret, String what);

    /** The one that stands open now, for those who should know of it; empty where there is none. */
    Optional<Open> standsOpen();

    /**
     * A break-glass login that lets somebody in.
     *
     * @param firstUsedAt null: not used yet
     * @param until when it ends by itself
     */
    record Open(String id, String madeBy, @Nullable Instant firstUsedAt, Instant until) {}
}
