package dev.muster.policy.explain;

import dev.muster.policy.bundle.Answer;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.compile.Judgement;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.List;
import java.util.Optional;

/** Explains a decision without a device: what its bundle would answer while the lease holds. Pure and thread-safe. */
public final class Explain {
    private final PermissionCatalog catalog;
    private final BundleCompiler compiler;

    public Explain() {
        this(PermissionCatalog.builtIn());
    }

    public Explain(PermissionCatalog catalog) {
        this.catalog = catalog;
        this.compiler = new BundleCompiler(catalog);
    }

    /**
     * The answer for a bundle name: its main instance of the lowest user where it is installed more than once.
     *
     * @param traits what the device's platform can do
     */
    public Explanation explain(
            PolicySnapshot snapshot, DeviceProfile profile, String bundle, String permission, PlatformTraits traits) {
        List<AppInstance> instances = profile.instances(bundle);
        AppKey app =
                instances.isEmpty() ? AppKey.of(bundle) : instances.getFirst().key();
        return explain(snapshot, profile, app, permission, traits);
    }

    /** The answer for one app instance where nothing is known about the moment: what holds whatever the situation. */
    public Explanation explain(
            PolicySnapshot snapshot, DeviceProfile profile, AppKey app, String permission, PlatformTraits traits) {
        return explanation(app, permission, compiler.judge(snapshot, profile, app, permission), traits);
    }

    /** The answer for one app instance in a situation. */
    public Explanation explain(
            PolicySnapshot snapshot,
            DeviceProfile profile,
            AppKey app,
            String permission,
            Situation situation,
            PlatformTraits traits) {
        return explanation(app, permission, compiler.judge(snapshot, profile, app, permission, situation), traits);
    }

    /**
     * The answer of one device, with the capabilities that are its own.
     *
     * @param device its id
     * @param situation empty: nothing is known about the moment
     */
    public Explanation explain(
            PolicySnapshot snapshot,
            DeviceProfile profile,
            AppKey app,
            String permission,
            Optional<Situation> situation,
            PlatformTraits traits,
            String device) {
        return explanation(
                app, permission, compiler.judge(snapshot, profile, app, permission, situation, device), traits);
    }

    private Explanation explanation(AppKey app, String permission, Judgement judgement, PlatformTraits traits) {
        Answer answer = new Answer(
                judgement.reason().isGranted(),
                judgement.reason(),
                judgement.rules().stream().findFirst(),
                judgement.condition().map(Judgement.Held::text));
        return new Explanation(
                app,
                permission,
                answer.granted(),
                answer.reason(),
                judgement.rules(),
                judgement.condition(),
                judgement.conditional(),
                answer.text(app.toString(), permission),
                enforcement(judgement.reason(), catalog.find(permission), traits));
    }

    /**
     * How far an answer for this reason binds on a device of these traits, as can be told beforehand.
     *
     * @param definition of the permission; empty where the catalog has none
     */
    public static Enforcement enforcement(
            Reason reason, Optional<PermissionDefinition> definition, PlatformTraits traits) {
        if (definition.isEmpty()) {
            return new Enforcement.AtVerify();
        }
        return switch (reason) {
            case NOT_REQUESTED, APL, SERVICE_ONLY ->
                traits.platform() == PlatformTraits.Platform.OPENHARMONY
                        ? new Enforcement.ByOs(Enforcement.Mechanism.INSTALL_ADMISSION)
                        : traits.predict(definition.get());
            case ROLE,
                    UNKNOWN_TOKEN,
                    UNKNOWN_PERMISSION,
                    GUARD_RAIL,
                    CEILING,
                    UNBOUND,
                    NOT_IN_ROLE,
                    LEASE_ENDED,
                    LEASE_GUARD_RAIL,
                    CAPABILITY,
                    DELEGATED,
                    CONDITION,
                    BAD_CHAIN,
                    NO_POLICY -> traits.predict(definition.get());
        };
    }
}
