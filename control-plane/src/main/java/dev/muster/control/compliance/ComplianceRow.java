package dev.muster.control.compliance;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where one device stands, also its form on the wire.
 *
 * @param policyVersion in force as it told; null for none
 * @param wantedVersion meant for it; null for none
 * @param since when it came into this state
 */
public record ComplianceRow(
        String device,
        String state,
        @Nullable Long policyVersion,
        @Nullable Long wantedVersion,
        String why,
        Instant since) {}
