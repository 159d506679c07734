package dev.muster.policy.compile;

import dev.muster.policy.bundle.BundleContent;
import dev.muster.policy.bundle.BundleContent.Entry;
import dev.muster.policy.bundle.BundleWriter;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.permission.PermissionCatalog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Compiles a policy for a device profile. Pure: equal inputs give equal bytes. Thread-safe. */
public final class BundleCompiler {
    private final PermissionCatalog catalog;

    /** A compiler that knows OpenHarmony's permissions. */
    public BundleCompiler() {
        this(PermissionCatalog.builtIn());
    }

    public BundleCompiler(PermissionCatalog catalog) {
        this.catalog = catalog;
    }

    /** The bundle of every device with this profile. */
    public byte[] compile(PolicySnapshot snapshot, DeviceProfile profile) {
        Evaluator evaluator = new Evaluator(catalog, snapshot, profile.attributes());
        NavigableMap<AppKey, Map<String, Entry>> rows = new TreeMap<>();
        for (AppInstance app : profile.apps()) {
            Evaluator.AppRules rules = evaluator.rulesFor(app);
            Map<String, Entry> row = new HashMap<>();
            app.requested().stream()
                    .filter(permission -> catalog.find(permission).isPresent())
                    .forEach(permission -> row.put(permission, rules.decide(permission)));
            rows.put(app.key(), row);
        }
        return BundleWriter.write(new BundleContent(snapshot.version(), rows));
    }

    /**
     * The decision on one permission while the lease holds: what the bundle of this profile answers, without compiling it.
     */
    public Judgement judge(PolicySnapshot snapshot, DeviceProfile profile, AppKey key, String permission) {
        Optional<AppInstance> app = profile.app(key);
        if (app.isEmpty()) {
            return new Judgement(Reason.UNKNOWN_TOKEN, List.of());
        }
        if (!isKnown(profile, permission)) {
            return new Judgement(Reason.UNKNOWN_PERMISSION, List.of());
        }
        if (!app.get().requested().contains(permission)) {
            return new Judgement(Reason.NOT_REQUESTED, List.of());
        }
        Evaluator.AppRules rules = new Evaluator(catalog, snapshot, profile.attributes()).rulesFor(app.get());
        Reason reason = rules.decide(permission).reason();
        return switch (reason) {
            case ROLE -> new Judgement(reason, rules.grants(permission));
            case GUARD_RAIL, CEILING -> new Judgement(reason, rules.denials(permission));
            case UNKNOWN_TOKEN,
                    UNKNOWN_PERMISSION,
                    NOT_REQUESTED,
                    APL,
                    SERVICE_ONLY,
                    UNBOUND,
                    NOT_IN_ROLE,
                    LEASE_ENDED,
                    LEASE_GUARD_RAIL,
                    CAPABILITY,
                    DELEGATED,
                    CONDITION,
                    BAD_CHAIN,
                    NO_POLICY -> new Judgement(reason, List.of());
        };
    }

    /** A bundle names permissions beyond the base registry only where an app requests them. */
    private boolean isKnown(DeviceProfile profile, String permission) {
        return PermissionCatalog.isBase(permission)
                || (catalog.find(permission).isPresent()
                        && profile.apps().stream()
                                .anyMatch(app -> app.requested().contains(permission)));
    }
}
