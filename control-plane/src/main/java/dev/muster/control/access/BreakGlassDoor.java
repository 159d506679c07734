package dev.muster.control.access;

import java.util.Optional;

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
}
