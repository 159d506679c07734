package dev.muster.policy.bundle;

import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppKey;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * What a bundle says, before it is written.
 *
 * @param policyVersion version of the snapshot it was compiled from
 * @param rows per app instance and requested permission the decision
 */
public record BundleContent(long policyVersion, NavigableMap<AppKey, Map<String, Entry>> rows) {
    /**
     * One decision.
     *
     * @param rule what decided, where a rule did
     * @param deniedAfterLease the guard rail that lets a granted permission end with the lease
     */
    public record Entry(Reason reason, Optional<Rule> rule, Optional<Rule> deniedAfterLease) {}
}
