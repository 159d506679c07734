package dev.muster.control.enrolment;

import dev.muster.protocol.identity.TenantId;

/** Gives the TUF roots a new device starts from; the feature {@code trustrepo} implements it. */
public interface TrustRoots {
    /**
     * The roots of a tenant's two repositories, made at the first call if the tenant has none; a problem with code
     * {@code trust-not-ready} if they cannot be given now.
     */
    Roots of(TenantId tenant);

    /** Root metadata as the exact text that is served, version 1 or any later one. */
    record Roots(String director, String images) {}
}
