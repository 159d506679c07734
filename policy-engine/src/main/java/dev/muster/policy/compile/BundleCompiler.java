package dev.muster.policy.compile;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.bundle.BundleContent;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.BundleTooLarge;
import dev.muster.policy.bundle.BundleWriter;
import dev.muster.policy.bundle.Chain;
import dev.muster.policy.compile.Evaluator.Findings;
import dev.muster.policy.compile.Evaluator.Ruling;
import dev.muster.policy.condition.Conditions;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.PolicyTest;
import dev.muster.policy.permission.PermissionCatalog;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

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

    /**
     * The bundle of every device with this profile.
     *
     * @throws BundleTooLarge when the policy asks for more than a bundle holds: facts, rules, conditions, bytes
     * @throws BundleException when a condition has too many terms, or the time zone of the profile is unknown and matters
     */
    public byte[] compile(PolicySnapshot snapshot, DeviceProfile profile) {
        return BundleWriter.write(content(snapshot, profile));
    }

    /** The same in memory, without a file: to ask and to compare. */
    public Bundle inMemory(PolicySnapshot snapshot, DeviceProfile profile) {
        return Bundle.of(content(snapshot, profile));
    }

    private BundleContent content(PolicySnapshot snapshot, DeviceProfile profile) {
        Evaluator evaluator = new Evaluator(catalog, snapshot, profile.attributes());
        NavigableMap<AppKey, Map<String, Findings>> found = new TreeMap<>();
        Set<Condition> conditions = new LinkedHashSet<>();
        for (AppInstance app : profile.apps()) {
            Evaluator.AppRules rules = evaluator.rulesFor(app);
            Map<String, Findings> row = new HashMap<>();
            app.requested().stream()
                    .filter(permission -> catalog.find(permission).isPresent())
                    .forEach(permission -> row.put(permission, rules.find(permission)));
            row.values().forEach(findings -> conditions(findings).forEach(conditions::add));
            found.put(app.key(), row);
        }
        FactTable facts = facts(conditions, snapshot);
        Chains chains = new Chains(facts);
        NavigableMap<AppKey, Map<String, Chain>> rows = new TreeMap<>();
        found.forEach((app, findings) -> {
            Map<String, Chain> row = new HashMap<>();
            findings.forEach((permission, one) -> row.put(permission, chains.of(one)));
            rows.put(app, row);
        });
        return new BundleContent(
                snapshot.version(), timeZone(conditions, profile.attributes().timeZone()), facts, rows);
    }

    /** The facts of conditions that go into one bundle. */
    static FactTable facts(Collection<Condition> conditions, PolicySnapshot snapshot) {
        FactTable facts = FactTable.of(conditions, snapshot);
        if (facts.size() > FactTable.MAX) {
            throw new BundleTooLarge(
                    "different zones, shifts, groups, states and networks", FactTable.MAX, facts.size());
        }
        return facts;
    }

    static Stream<Condition> conditions(Findings findings) {
        return Stream.concat(findings.limits().stream(), findings.grants().stream())
                .map(Ruling::when)
                .filter(when -> !(when instanceof Condition.Always));
    }

    /** The zone to write down: none where no condition asks for local time, so that sites share bundles. */
    static String timeZone(Collection<Condition> conditions, String timeZone) {
        String used = conditions.stream().anyMatch(Conditions::asksForLocalTime) ? timeZone : "";
        zone(used);
        return used;
    }

    private static ZoneId zone(String timeZone) {
        try {
            return ZoneId.of(timeZone.isEmpty() ? "UTC" : timeZone);
        } catch (DateTimeException e) {
            throw new BundleException("device: a known time zone expected, found `" + timeZone + "`", e);
        }
    }

    /**
     * The decision on one permission while the lease holds and nothing is known about the moment: what the bundle of this
     * profile answers, without compiling it.
     */
    public Judgement judge(PolicySnapshot snapshot, DeviceProfile profile, AppKey key, String permission) {
        return judge(snapshot, profile, key, permission, Optional.empty(), (facts, zone) -> DecisionContext.NONE);
    }

    /** The same in a situation. */
    public Judgement judge(
            PolicySnapshot snapshot, DeviceProfile profile, AppKey key, String permission, Situation situation) {
        return judge(
                snapshot, profile, key, permission, Optional.empty(), (facts, zone) -> facts.context(situation, zone));
    }

    /**
     * What one device answers with the capabilities that are its own.
     *
     * @param device its id
     * @param situation empty: nothing is known about the moment
     */
    public Judgement judge(
            PolicySnapshot snapshot,
            DeviceProfile profile,
            AppKey key,
            String permission,
            Optional<Situation> situation,
            String device) {
        return judge(snapshot, profile, key, permission, Optional.of(device), (facts, zone) -> situation
                .map(now -> facts.context(now, zone))
                .orElse(DecisionContext.NONE));
    }

    /** The same in a moment that names what holds, as the device tells it. */
    public Judgement judge(
            PolicySnapshot snapshot,
            DeviceProfile profile,
            AppKey key,
            String permission,
            PolicyTest.Moment moment,
            String device) {
        return judge(
                snapshot, profile, key, permission, Optional.of(device), (facts, zone) -> facts.context(moment, zone));
    }

    /** The same in an imagined moment, as policy tests have it. */
    public Judgement judge(
            PolicySnapshot snapshot, DeviceProfile profile, AppKey key, String permission, PolicyTest.Moment moment) {
        return judge(
                snapshot, profile, key, permission, Optional.empty(), (facts, zone) -> facts.context(moment, zone));
    }

    private Judgement judge(
            PolicySnapshot snapshot,
            DeviceProfile profile,
            AppKey key,
            String permission,
            Optional<String> device,
            BiFunction<FactTable, ZoneId, DecisionContext> moment) {
        Optional<AppInstance> app = profile.app(key);
        if (app.isEmpty()) {
            return Judgement.denied(Reason.UNKNOWN_TOKEN);
        }
        if (!isKnown(profile, permission)) {
            return Judgement.denied(Reason.UNKNOWN_PERMISSION);
        }
        if (!app.get().requested().contains(permission)) {
            return Judgement.denied(Reason.NOT_REQUESTED);
        }
        Findings findings = new Evaluator(catalog, snapshot, profile.attributes(), device)
                .rulesFor(app.get())
                .find(permission);
        List<Condition> conditions = conditions(findings).toList();
        FactTable facts = facts(conditions, snapshot);
        ZoneId zone = zone(timeZone(conditions, profile.attributes().timeZone()));
        return Judgement.of(findings, new Chains(facts), facts, moment.apply(facts, zone));
    }

    /** A bundle names permissions beyond the base registry only where an app requests them. */
    private boolean isKnown(DeviceProfile profile, String permission) {
        return PermissionCatalog.isBase(permission)
                || (catalog.find(permission).isPresent()
                        && profile.apps().stream()
                                .anyMatch(app -> app.requested().contains(permission)));
    }
}
