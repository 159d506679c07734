package dev.muster.protocol.permissions;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Member {@code permissions} of the version manifest: which policy answers on the device, how its lease stands, what the
 * platform enforces and what deviates. Agents before it do not send it. Words are kept as text, so that a word added
 * later refuses no manifest.
 *
 * @param policyVersion of the bundle in force, 0 without one
 * @param policySha256 of that bundle, lower-case hex
 * @param shadowVersion of the bundle that is only watched
 * @param capabilitiesSha256 of the capability file in force, lower-case hex
 * @param lease {@link #LEASE_HOLDS}, {@code ended-kept}, {@code ended-guardrails} or {@code ended-denied}
 * @param leaseEnds when it ends or ended, by the device's clock; empty without a policy
 * @param levels where the device's own probing differs from what its traits predict
 * @param drifts permissions that the platform holds otherwise than decided, at most {@link #MAX_DRIFTS}
 * @param moreDrifts how many were left out
 */
public record PermissionReport(
        long policyVersion,
        Optional<String> policySha256,
        Optional<Long> shadowVersion,
        Optional<String> capabilitiesSha256,
        String lease,
        Optional<Instant> leaseEnds,
        Traits traits,
        List<Level> levels,
        List<Drift> drifts,
        long moreDrifts) {
    /** Lease word of a policy in force, or of none. */
    public static final String LEASE_HOLDS = "holds";

    /** More drifts than this are counted, not listed. */
    public static final int MAX_DRIFTS = 500;

    public PermissionReport {
        levels = List.copyOf(levels);
        drifts = List.copyOf(drifts);
    }

    /**
     * What the platform can do about a decision.
     *
     * @param platform {@code linux}, {@code simulated} or {@code openharmony}
     * @param privilegedHelper whether Muster's native helper is built into the image
     * @param debugBuild whether {@code atm perm} may change apps
     */
    public record Traits(String platform, boolean privilegedHelper, boolean debugBuild) {
        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("platform", platform);
            map.put("privilegedHelper", privilegedHelper);
            map.put("debugBuild", debugBuild);
            return map;
        }

        static Traits from(JsonObject json) {
            return new Traits(
                    json.string("platform"),
                    json.optionalFlag("privilegedHelper").orElse(false),
                    json.optionalFlag("debugBuild").orElse(false));
        }
    }

    /**
     * How far a decision binds here.
     *
     * @param level {@code enforced-by-os}, {@code enforced-at-verify}, {@code observed-only} or {@code impossible}
     * @param mechanism what of the operating system does it, such as {@code privileged-helper}; with
     *     {@code enforced-by-os} only
     */
    public record Level(String bundle, String permission, String level, Optional<String> mechanism) {
        /** The JSON object as a map. */
        public Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("bundle", bundle);
            map.put("permission", permission);
            map.put("level", level);
            mechanism.ifPresent(value -> map.put("mechanism", value));
            return map;
        }

        /** Inverse of {@link #toMap()}. */
        public static Level from(JsonObject json) {
            return new Level(
                    json.string("bundle"),
                    json.string("permission"),
                    json.string("level"),
                    json.optionalString("mechanism"));
        }
    }

    /**
     * One permission that the platform holds otherwise than decided.
     *
     * @param wanted whether the policy grants it
     * @param actual whether the platform does
     * @param level as in {@link Level}
     * @param since when it was first seen, by the device's clock
     * @param repeats how often it was put right and came back
     * @param backingOff whether the device waits before it puts it right again
     */
    public record Drift(
            String bundle,
            int user,
            int instance,
            String permission,
            boolean wanted,
            boolean actual,
            String level,
            Instant since,
            long repeats,
            boolean backingOff) {
        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("bundle", bundle);
            map.put("user", user);
            map.put("instance", instance);
            map.put("permission", permission);
            map.put("wanted", wanted);
            map.put("actual", actual);
            map.put("level", level);
            map.put("since", since.toString());
            map.put("repeats", repeats);
            map.put("backingOff", backingOff);
            return map;
        }

        static Drift from(JsonObject json) {
            return new Drift(
                    json.string("bundle"),
                    AppInstance.user(json),
                    AppInstance.instance(json),
                    json.string("permission"),
                    json.optionalFlag("wanted").orElse(false),
                    json.optionalFlag("actual").orElse(false),
                    json.string("level"),
                    json.instant("since"),
                    json.optionalNumber("repeats").orElse(0L),
                    json.optionalFlag("backingOff").orElse(false));
        }
    }

    /** The same report with another end of the lease. */
    public PermissionReport withLeaseEnds(Optional<Instant> ends) {
        return new PermissionReport(
                policyVersion,
                policySha256,
                shadowVersion,
                capabilitiesSha256,
                lease,
                ends,
                traits,
                levels,
                drifts,
                moreDrifts);
    }

    /** The JSON object as a map. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("policyVersion", policyVersion);
        policySha256.ifPresent(value -> map.put("policySha256", value));
        shadowVersion.ifPresent(value -> map.put("shadowVersion", value));
        capabilitiesSha256.ifPresent(value -> map.put("capabilitiesSha256", value));
        map.put("lease", lease);
        leaseEnds.ifPresent(value -> map.put("leaseEnds", value.toString()));
        map.put("traits", traits.toMap());
        map.put("levels", levels.stream().map(Level::toMap).toList());
        map.put("drifts", drifts.stream().map(Drift::toMap).toList());
        if (moreDrifts > 0) {
            map.put("moreDrifts", moreDrifts);
        }
        return map;
    }

    /** Inverse of {@link #toMap()}. */
    public static PermissionReport from(JsonObject json) {
        return new PermissionReport(
                json.number("policyVersion"),
                json.optionalString("policySha256"),
                json.optionalNumber("shadowVersion"),
                json.optionalString("capabilitiesSha256"),
                json.optionalString("lease").orElse(LEASE_HOLDS),
                json.optionalInstant("leaseEnds"),
                Traits.from(json.object("traits")),
                json.objects("levels", Level::from),
                json.objects("drifts", Drift::from),
                json.optionalNumber("moreDrifts").orElse(0L));
    }
}
