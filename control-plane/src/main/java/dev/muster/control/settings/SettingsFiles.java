package dev.muster.control.settings;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.fleetfiles.FleetChange;
import dev.muster.control.fleetfiles.FleetKind;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.rollouts.RolloutService;
import dev.muster.control.rollouts.WaveRequest;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.FleetSpec;
import dev.muster.policy.language.FleetWriter;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Settings as files: a document is all that its level says. What is written comes to devices by one rollout. Thread-safe. */
@Singleton
final class SettingsFiles implements FleetKind {
    static final String KIND = "Settings";

    private static final WaveRequest EVERYTHING = new WaveRequest("all", 100, null, null, null);

    private final SettingsStore store;
    private final SettingsVersionStore versions;
    private final SettingsService service;
    private final SettingsRollouts rollouts;
    private final RolloutService progress;

    SettingsFiles(
            SettingsStore store,
            SettingsVersionStore versions,
            SettingsService service,
            SettingsRollouts rollouts,
            RolloutService progress) {
        this.store = store;
        this.versions = versions;
        this.service = service;
        this.rollouts = rollouts;
        this.progress = progress;
    }

    /** Whose settings a document says; the name of the tenant is not written down. */
    private record Owner(SettingsLevel level, String name) {
        static Owner of(Access access, String name) {
            int slash = name.indexOf('/');
            return slash < 0
                    ? new Owner(SettingsLevel.TENANT, access.tenant().value())
                    : new Owner(SettingsLevel.parse(name.substring(0, slash)).orElseThrow(), name.substring(slash + 1));
        }

        String written() {
            return level == SettingsLevel.TENANT ? level.text() : level.text() + "/" + name;
        }
    }

    @Override
    public List<String> kinds() {
        return List.of(KIND);
    }

    @Override
    public Role role() {
        return Role.OPERATOR;
    }

    @Override
    public Role deliveryRole() {
        return Role.RELEASE_MANAGER;
    }

    @Override
    public int order() {
        return 40;
    }

    @Override
    public Difference compare(Handle handle, Access access, FleetDocument document) {
        Map<String, @Nullable Object> wanted = wanted(document);
        service.check(wanted);
        Owner owner = Owner.of(access, document.name());
        Optional<SettingsDocument> before = store.find(handle, owner.level(), owner.name(), false);
        List<FleetChange.Field> fields =
                fields(before.map(SettingsDocument::document).orElse(Map.of()), wanted);
        // A document of nothing says what none says.
        return before.isEmpty() && !wanted.isEmpty() ? Difference.create(fields) : Difference.change(fields);
    }

    @Override
    public List<Exported> export(Handle handle, Access access) {
        return store.all(handle).stream()
                .map(document -> {
                    String name =
                            new Owner(SettingsLevel.parse(document.level()).orElseThrow(), document.name()).written();
                    return new Exported(KIND, name, FleetWriter.yaml(KIND, name, "", document.document()));
                })
                .toList();
    }

    @Override
    public Optional<Difference> removal(Handle handle, Access access, String kind, String name) {
        Owner owner = Owner.of(access, name);
        return store.find(handle, owner.level(), owner.name(), false)
                .map(document -> Difference.delete(fields(document.document(), Map.of())));
    }

    @Override
    public void carryOut(Handle handle, Access access, FleetDocument document) {
        Owner owner = Owner.of(access, document.name());
        service.put(access, owner.level().text(), owner.name(), wanted(document), Optional.empty());
    }

    @Override
    public void remove(Handle handle, Access access, String kind, String name) {
        Owner owner = Owner.of(access, name);
        service.remove(handle, access, owner.level(), owner.name());
    }

    @Override
    public boolean isUndelivered(Handle handle, Access access) {
        return !versions.differing(handle).isEmpty()
                && rollouts.preview(handle, access.scope(), Selector.ALL).devices() > 0;
    }

    @Override
    public Optional<Delivery> deliver(Handle handle, Access access, Terms terms, Set<String> ours) {
        List<String> others = versions.differing(handle).stream()
                .map(text -> Owner.of(access, text.startsWith("tenant/") ? "tenant" : text)
                        .written())
                .filter(name -> !ours.contains(KIND + "/" + name))
                .toList();
        if (!others.isEmpty()) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "expected settings that only these files change, found changes in the draft that no file names (`"
                            + String.join("`, `", others)
                            + "`): bring them to devices or take them back first, or write"
                            + " them into a file");
        }
        long changed = rollouts.preview(handle, access.scope(), Selector.ALL).changedDevices();
        handle.savepoint("settings_delivery");
        Optional<SettingsRollouts.RolledOut> made = rollouts.rollOut(
                handle,
                access,
                new SettingsRollouts.Terms(
                        terms.comment(), WaveRequest.plans(terms, List.of(EVERYTHING)), Selector.ALL, 0));
        if (made.isEmpty()) {
            handle.rollbackToSavepoint("settings_delivery");
            return Optional.empty();
        }
        RolloutService.Standing standing = progress.standing(handle, made.get().rollout());
        return Optional.of(new Delivery(
                KIND,
                "settings version " + made.get().version(),
                standing.devices(),
                changed,
                made.get().rollout().toString(),
                standing.waits()));
    }

    // As the database keeps them: numbers of one kind.
    private static Map<String, @Nullable Object> wanted(FleetDocument document) {
        return JsonObject.parse(JsonObject.write(((FleetSpec.Settings) document.spec()).values()))
                .members();
    }

    private static List<FleetChange.Field> fields(
            Map<String, @Nullable Object> before, Map<String, @Nullable Object> after) {
        Map<String, String> old = new TreeMap<>();
        leaves("", before, old);
        Map<String, String> now = new TreeMap<>();
        leaves("", after, now);
        Set<String> paths = new TreeSet<>(old.keySet());
        paths.addAll(now.keySet());
        FleetChange.Fields fields = new FleetChange.Fields();
        paths.forEach(path -> fields.add(path, old.get(path), now.get(path)));
        return fields.list();
    }

    // A null stays: it takes back what a level above says, which is not the same as saying nothing.
    private static void leaves(String path, Map<?, ?> members, Map<String, String> leaves) {
        members.forEach((name, value) -> {
            String place = path.isEmpty() ? String.valueOf(name) : path + "." + name;
            if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
                leaves(place, inner, leaves);
            } else {
                leaves.put(place, String.valueOf(value));
            }
        });
    }
}
