package dev.muster.control.compliance;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where one device stands, and why in one sentence. Pure.
 *
 * @param staleAt when it becomes stale unless it is heard of before
 */
record Verdict(ComplianceState state, String why, Instant staleAt) {
    /** What is meant for a device, or what it says is in force. */
    record Bundle(Optional<Long> version, String sha256) {
        private String text() {
            return version.map(number -> "policy " + number).orElse("no policy");
        }
    }

    /**
     * What there is to judge.
     *
     * @param wanted what its desired state names; empty where that names no policy
     * @param inForce what it said last; empty where it never told
     * @param heard when it was last heard of, or registered; now while it is connected
     * @param leaseEnded word of the lease if that has ended
     * @param lease how long its policy holds after the last contact
     * @param drifts that could be put right
     * @param worst sentence about the first of them
     * @param powerless denied permissions that nothing stops the OS from granting
     * @param alerts open alerts about drift
     */
    record Facts(
            Optional<Bundle> wanted,
            Optional<Bundle> inForce,
            Instant heard,
            Optional<String> leaseEnded,
            Optional<Duration> lease,
            int drifts,
            String worst,
            int powerless,
            int alerts) {}

    static Verdict of(Facts facts, Duration staleAfter, Instant now) {
        Instant silent = facts.heard().plus(staleAfter);
        Instant staleAt = facts.lease()
                .map(lease -> facts.heard().plus(lease))
                .filter(end -> end.isBefore(silent))
                .orElse(silent);
        if (facts.leaseEnded().isPresent()) {
            return new Verdict(
                    ComplianceState.STALE,
                    "the lease of its policy has ended (" + facts.leaseEnded().get() + ")",
                    staleAt);
        }
        if (!now.isBefore(staleAt)) {
            String why = staleAt.equals(silent)
                    ? "not heard of since " + facts.heard()
                    : "the lease of its policy ended at " + staleAt + ", without contact";
            return new Verdict(ComplianceState.STALE, why, staleAt);
        }
        if (facts.drifts() > 0) {
            String alert = facts.alerts() > 0 ? "; it came back three times or more" : "";
            String more = facts.drifts() > 1 ? " and " + (facts.drifts() - 1) + " more" : "";
            return new Verdict(ComplianceState.DRIFTED, facts.worst() + more + alert, staleAt);
        }
        if (facts.wanted().isEmpty()) {
            return new Verdict(ComplianceState.PENDING, "no policy was handed to it yet", staleAt);
        }
        Bundle wanted = facts.wanted().get();
        if (!facts.inForce().filter(held -> holds(held, wanted)).isPresent()) {
            String found = facts.inForce().map(Bundle::text).orElse("nothing told yet");
            boolean sameVersion = facts.inForce()
                    .filter(held -> held.version().equals(wanted.version()))
                    .isPresent();
            String why = sameVersion
                    ? wanted.text()
                            + " was compiled anew for it (apps, attributes or an urgent change) and is on its way"
                    : wanted.text() + " is meant for it, found " + found;
            return new Verdict(ComplianceState.PENDING, why, staleAt);
        }
        if (facts.powerless() > 0) {
            return new Verdict(
                    ComplianceState.NOT_ENFORCEABLE,
                    facts.powerless() + " denied "
                            + (facts.powerless() == 1 ? "permission" : "permissions")
                            + " the OS may still grant: nothing on the device stops it",
                    staleAt);
        }
        return new Verdict(ComplianceState.COMPLIANT, wanted.text() + " is in force", staleAt);
    }

    private static boolean holds(Bundle held, Bundle wanted) {
        boolean hashless = wanted.sha256().isEmpty() || held.sha256().isEmpty();
        return hashless
                ? held.version().equals(wanted.version())
                : held.sha256().equals(wanted.sha256());
    }
}
