package dev.muster.control.vendors;

import java.time.Instant;

/**
 * A root certificate of a vendor.
 *
 * @param sha256 of the certificate, lower-case hex; its id
 * @param everywhere set by the server's configuration for all tenants; nobody can remove it here
 */
record VendorRoot(
        String sha256,
        String subject,
        Instant notBefore,
        Instant notAfter,
        boolean everywhere,
        String note,
        Instant addedAt,
        String addedBy,
        String addedByName) {}
