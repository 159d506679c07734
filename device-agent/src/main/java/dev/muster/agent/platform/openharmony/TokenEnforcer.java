package dev.muster.agent.platform.openharmony;

import dev.muster.agent.platform.PermissionEnforcer;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The token manager's table, and what of this device may change it, as probed: the privileged helper, or {@code atm} where the build or
 * the app is for debugging. What was refused once is told as observed only from then on, with the reason; every change is read back.
 */
public final class TokenEnforcer implements PermissionEnforcer {
    /** How often the counter of changes is asked, which starts a program. */
    private static final long LOOK_NANOS = Duration.ofSeconds(5).toNanos();

    /** A table whose counter did not move is read all the same this often. */
    private static final long FULL_NANOS = Duration.ofMinutes(10).toNanos();

    /** Answers a change of an entry that the system fixed, among others. */
    private static final int FIXED_BY_SYSTEM = 12_100_001;

    private static final int OWNED_BY_OTHER = 12_100_100;
    private static final int NO_CODE = -1;

    private final BundleManager bundles;
    private final AccessTokens tokens;
    private final HelperClient helper;
    private final AppProcesses processes;
    private final LongSupplier nanos;
    private final PlatformTraits traits;
    private final HelperClient.Abilities abilities;
    private final AccessTokens.Abilities command;

    /** Why a cell, or a permission as a whole under an empty bundle name, cannot be changed; found by trying. */
    private final Map<String, String> refused = new ConcurrentHashMap<>();

    private Map<AppKey, AccessTokens.Token> table = new TreeMap<>();
    private List<InstalledBundle> tableOf = List.of();
    private Optional<String> counter = Optional.empty();
    private boolean changed = true;
    private long readAt;
    private long lookedAt;

    /**
     * Probes what is there.
     *
     * @param debugBuild whether {@code atm} may change apps that are not signed for debugging
     */
    public TokenEnforcer(Tools tools, BundleManager bundles, Places places, boolean debugBuild, LongSupplier nanos) {
        this.bundles = bundles;
        this.tokens = new AccessTokens(tools);
        this.helper = new HelperClient(places.helper());
        this.processes = new AppProcesses(places.root(), nanos);
        this.nanos = nanos;
        this.abilities = helper.probe();
        this.command = tokens.abilities();
        this.traits = new PlatformTraits(
                PlatformTraits.Platform.OPENHARMONY, abilities.present(), debugBuild && command.changes());
        this.lookedAt = nanos.getAsLong();
    }

    @Override
    public PlatformTraits traits() {
        return traits;
    }

    /** What the helper of this image can do. */
    public HelperClient.Abilities helper() {
        return abilities;
    }

    @Override
    public Enforcement level(AppKey app, PermissionDefinition permission) {
        Optional<InstalledBundle> bundle = bundles.known(app.bundle());
        if (bundle.filter(known -> !known.enabled()).isPresent()) {
            return new Enforcement.ByOs(Enforcement.Mechanism.APP_REMOVAL);
        }
        if (!command.shows()) {
            return new Enforcement.Impossible("the device does not show the agent which permissions apps hold");
        }
        String why = refused.getOrDefault(key(app, permission.name()), refused.get(permission.name()));
        if (why != null) {
            return new Enforcement.ObservedOnly(why);
        }
        return switch (means(bundle, permission)) {
            case ADMINISTRATOR, USER_POLICY -> new Enforcement.ByOs(Enforcement.Mechanism.PRIVILEGED_HELPER);
            case COMMAND -> new Enforcement.ByOs(Enforcement.Mechanism.ATM_COMMAND);
            case NONE -> new Enforcement.ObservedOnly(without(permission));
        };
    }

    private enum Means {
        ADMINISTRATOR,
        USER_POLICY,
        COMMAND,
        NONE
    }

    private Means means(Optional<InstalledBundle> bundle, PermissionDefinition permission) {
        boolean byUser = permission.grantMode() == GrantMode.USER_GRANT;
        if (abilities.administrator() && byUser) {
            return Means.ADMINISTRATOR;
        }
        if (abilities.userPolicy() && permission.availableLevel() != Apl.SYSTEM_CORE) {
            return Means.USER_POLICY;
        }
        boolean debug = traits.debugBuild()
                || (command.changes() && bundle.filter(InstalledBundle::debug).isPresent());
        return debug && permission.grantMode() != GrantMode.SYSTEM_GRANT ? Means.COMMAND : Means.NONE;
    }

    private static String without(PermissionDefinition permission) {
        return permission.grantMode() == GrantMode.SYSTEM_GRANT
                ? "the OS grants it at install and fixes it"
                : "a release build without Muster's helper does not let it change";
    }

    @Override
    public boolean holdsTable() {
        return command.shows();
    }

    @Override
    public synchronized boolean mayHaveChanged() {
        if (changed) {
            return true;
        }
        long now = nanos.getAsLong();
        if (now - lookedAt < LOOK_NANOS) {
            return false;
        }
        lookedAt = now;
        try {
            changed = !tokens.counter().equals(counter) || !bundles.all().equals(tableOf);
        } catch (IOException e) {
            changed = true;
        }
        return changed;
    }

    @Override
    public synchronized Map<Entry, Boolean> read() throws IOException {
        long now = nanos.getAsLong();
        List<InstalledBundle> installed = bundles.all();
        Optional<String> count = tokens.counter();
        // Without a counter nothing tells that the table is as it was.
        if (changed
                || count.isEmpty()
                || !count.equals(counter)
                || !installed.equals(tableOf)
                || now - readAt > FULL_NANOS) {
            Map<AppKey, AccessTokens.Token> next = new TreeMap<>();
            for (InstalledBundle bundle : installed) {
                add(next, bundle.bundle());
            }
            table = next;
            // Taken before: what changed while the table was read shows at the next look.
            counter = count;
            tableOf = installed;
            readAt = now;
            changed = false;
        }
        return cells();
    }

    private void add(Map<AppKey, AccessTokens.Token> into, String bundle) throws IOException {
        for (AccessTokens.Token token : tokens.of(bundle)) {
            into.put(new AppKey(bundle, token.user(), token.instance()), token);
        }
    }

    // What may not run uses no permission: the cells of a disabled app are not there, which is not granted.
    private Map<Entry, Boolean> cells() {
        Map<Entry, Boolean> cells = new TreeMap<>();
        table.forEach((app, token) -> {
            if (bundles.known(app.bundle()).map(InstalledBundle::enabled).orElse(true)) {
                token.states().forEach((permission, state) -> cells.put(new Entry(app, permission), state.isGranted()));
            }
        });
        return cells;
    }

    @Override
    public synchronized List<Outcome> apply(List<Change> changes) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        for (Change change : changes) {
            outcomes.add(apply(change));
        }
        return outcomes;
    }

    private Outcome apply(Change change) throws IOException {
        Entry entry = change.entry();
        Optional<InstalledBundle> bundle = bundles.known(entry.app().bundle());
        if (bundle.filter(known -> !known.enabled()).isPresent()) {
            return change.granted()
                    ? new Outcome.NoMeans(new Enforcement.ObservedOnly("the app is disabled by this device's settings"))
                    : done(Enforcement.Mechanism.APP_REMOVAL, 0);
        }
        AccessTokens.Token token = table.get(entry.app());
        AccessTokens.State state = token == null ? null : token.states().get(entry.permission());
        Optional<PermissionDefinition> definition = PermissionCatalog.builtIn().find(entry.permission());
        if (token == null || state == null || definition.isEmpty()) {
            return change.granted()
                    ? new Outcome.NoMeans(new Enforcement.Impossible("the installed app does not ask for it"))
                    : new Outcome.Done(Optional.empty(), 0);
        }
        if (state.isGranted() == change.granted()) {
            return new Outcome.Done(Optional.empty(), 0);
        }
        Means means = means(bundle, definition.get());
        if (means == Means.NONE) {
            return new Outcome.NoMeans(level(entry.app(), definition.get()));
        }
        long running = change.granted() ? 0 : running(entry.app());
        if (running > 0 && !change.mayKill()) {
            return new Outcome.Waits(running);
        }
        changed = true; // this one and whatever comes with it: read anew at the next look
        Optional<Outcome> refusal =
                switch (means) {
                    case ADMINISTRATOR -> byAdministrator(entry, token, definition.get(), change.granted());
                    case USER_POLICY -> byUserPolicy(entry, token.id(), change.granted());
                    case COMMAND -> byCommand(entry, token.id(), change.granted());
                    case NONE -> Optional.empty();
                };
        return refusal.isPresent() ? refusal.get() : readBack(change, means, running);
    }

    // Nobody can say counts as running: a revoke that must not kill waits.
    private long running(AppKey app) {
        processes.forget();
        return processes.of(app.bundle()).orElse(1L);
    }

    // An administrator's list stops at its first error and takes nothing back, so names go one by one. What the system
    // fixed refuses it, and a user policy still denies that: it lies above the entry instead of changing it.
    private Optional<Outcome> byAdministrator(
            Entry entry, AccessTokens.Token token, PermissionDefinition definition, boolean granted)
            throws IOException {
        AccessTokens.State state = token.states().get(entry.permission());
        boolean policies = abilities.userPolicy() && definition.availableLevel() != Apl.SYSTEM_CORE;
        if (granted && policies && state != null && state.isRestricted()) {
            Optional<Outcome> refusal = byUserPolicy(entry, token.id(), true);
            if (refusal.isPresent() || state.status()) {
                return refusal;
            }
        }
        int code = helper.fix(token.id(), entry.permission(), granted);
        if (code == FIXED_BY_SYSTEM && !granted && policies) {
            return byUserPolicy(entry, token.id(), false);
        }
        return code == 0 ? Optional.empty() : Optional.of(refuse(entry, code, "the token manager refused"));
    }

    private Optional<Outcome> byUserPolicy(Entry entry, long token, boolean granted) throws IOException {
        int user = entry.app().user();
        List<Long> spared = new ArrayList<>();
        boolean denies = !granted;
        for (Map.Entry<AppKey, AccessTokens.Token> other : table.entrySet()) {
            AccessTokens.State state = other.getValue().states().get(entry.permission());
            if (other.getKey().user() != user
                    || state == null
                    || other.getValue().id() == token) {
                continue;
            }
            if (state.isRestricted()) {
                denies = true;
            } else {
                spared.add(other.getValue().id());
            }
        }
        if (granted) {
            spared.add(token);
        }
        int code =
                denies ? helper.restrict(entry.permission(), user, spared) : helper.release(entry.permission(), user);
        if (code == OWNED_BY_OTHER) {
            String why = "another administrator set the user policy of this permission first (" + code + ")";
            refused.put(entry.permission(), why);
            return Optional.of(new Outcome.NoMeans(new Enforcement.ObservedOnly(why)));
        }
        return code == 0 ? Optional.empty() : Optional.of(refuse(entry, code, "the token manager refused"));
    }

    private Optional<Outcome> byCommand(Entry entry, long token, boolean granted) throws IOException {
        return tokens.change(token, entry.permission(), granted)
                .map(text -> refuse(entry, NO_CODE, "`atm perm` says `" + text + "`"));
    }

    private Outcome readBack(Change change, Means means, long before) throws IOException {
        Entry entry = change.entry();
        add(table, entry.app().bundle());
        AccessTokens.Token token = table.get(entry.app());
        AccessTokens.State state = token == null ? null : token.states().get(entry.permission());
        if (state == null || state.isGranted() != change.granted()) {
            return refuse(entry, NO_CODE, "the change was taken, and the table does not show it");
        }
        processes.forget();
        long ended = before == 0
                ? 0
                : Math.max(0, before - processes.of(entry.app().bundle()).orElse(before));
        return done(
                means == Means.COMMAND ? Enforcement.Mechanism.ATM_COMMAND : Enforcement.Mechanism.PRIVILEGED_HELPER,
                ended);
    }

    private Outcome refuse(Entry entry, int code, String what) {
        String text = code == NO_CODE ? what : what + " (" + code + ")";
        refused.put(key(entry.app(), entry.permission()), text);
        return new Outcome.Failed(code, text);
    }

    private static Outcome done(Enforcement.Mechanism mechanism, long killed) {
        return new Outcome.Done(Optional.of(mechanism), killed);
    }

    private static String key(AppKey app, String permission) {
        return app + " " + permission;
    }

    @Override
    public Optional<Long> processes(AppKey app) {
        return processes.of(app.bundle());
    }
}
