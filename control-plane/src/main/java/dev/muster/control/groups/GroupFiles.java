package dev.muster.control.groups;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.control.fleetfiles.FleetChange;
import dev.muster.control.fleetfiles.FleetKind;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.FleetSpec;
import dev.muster.policy.language.FleetWriter;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Groups as files: the members of a static group are all that its file names. Thread-safe. */
@Singleton
final class GroupFiles implements FleetKind {
    private static final int PAGE = 200;

    private final GroupStore store;
    private final GroupService service;

    GroupFiles(GroupStore store, GroupService service) {
        this.store = store;
        this.service = service;
    }

    @Override
    public List<String> kinds() {
        return List.of("Group");
    }

    @Override
    public Role role() {
        return Role.OPERATOR;
    }

    @Override
    public int order() {
        return 20;
    }

    @Override
    public Difference compare(Handle handle, Access access, FleetDocument document) {
        FleetSpec.Group group = spec(document);
        String query =
                group.devices().map(text -> GroupService.query(text).text()).orElse("");
        Optional<Group> before = store.find(handle, access.scope(), document.name());
        boolean dynamic = group.devices().isPresent();
        if (before.isPresent() && dynamic != (before.get().kind() == Group.Kind.DYNAMIC)) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "a " + (dynamic ? "dynamic" : "static")
                            + " group expected, found the other kind in the fleet, and a"
                            + " group keeps its kind; give the new one another name");
        }
        List<FleetChange.Field> fields = new FleetChange.Fields()
                .add("devices", before.map(Group::query).orElse(""), query)
                .add("description", before.map(Group::description).orElse(""), document.description())
                .add(
                        "members",
                        members(handle, document.name(), dynamic),
                        String.join(",", new TreeSet<>(group.members())))
                .list();
        return before.isEmpty() ? Difference.create(fields) : Difference.change(fields);
    }

    @Override
    public List<Exported> export(Handle handle, Access access) {
        List<Exported> exported = new ArrayList<>();
        String after = "";
        List<Group> page = store.list(handle, access.scope(), after, PAGE);
        while (!page.isEmpty()) {
            for (Group group : page) {
                boolean dynamic = group.kind() == Group.Kind.DYNAMIC;
                Map<String, @Nullable Object> spec = new LinkedHashMap<>();
                if (dynamic) {
                    spec.put("devices", group.query());
                } else {
                    spec.put(
                            "members",
                            store.members(handle, group.name()).stream()
                                    .map(DeviceId::value)
                                    .sorted()
                                    .toList());
                }
                exported.add(new Exported(
                        "Group", group.name(), FleetWriter.yaml("Group", group.name(), group.description(), spec)));
                after = group.name();
            }
            page = store.list(handle, access.scope(), after, PAGE);
        }
        return exported;
    }

    private String members(Handle handle, String name, boolean dynamic) {
        return dynamic
                ? ""
                : String.join(
                        ",",
                        store.members(handle, name).stream()
                                .map(DeviceId::value)
                                .sorted()
                                .toList());
    }

    @Override
    public Optional<Difference> removal(Handle handle, Access access, String kind, String name) {
        return store.find(handle, access.scope(), name)
                .map(group -> Difference.delete(new FleetChange.Fields()
                        .add("devices", group.query(), "")
                        .add("members", String.valueOf(group.members()), "0")
                        .list()));
    }

    @Override
    public void carryOut(Handle handle, Access access, FleetDocument document) {
        FleetSpec.Group group = spec(document);
        Optional<Group> before = store.find(handle, access.scope(), document.name());
        if (before.isEmpty()) {
            service.create(
                    access, document.name(), group.devices().orElse(null), document.description(), group.members());
            return;
        }
        service.edit(access, document.name(), group.devices().orElse(null), document.description(), Optional.empty());
        if (before.get().kind() == Group.Kind.STATIC) {
            List<String> held = store.members(handle, document.name()).stream()
                    .map(DeviceId::value)
                    .toList();
            List<String> coming = new ArrayList<>(group.members());
            coming.removeAll(held);
            List<String> going = new ArrayList<>(held);
            going.removeAll(group.members());
            service.members(access, document.name(), coming, going, Optional.empty());
        }
    }

    @Override
    public void remove(Handle handle, Access access, String kind, String name) {
        service.delete(access, name, Optional.empty());
    }

    @Override
    public OptionalLong devices(Handle handle, Access access, String kind, String name) {
        return store.find(handle, access.scope(), name).stream()
                .mapToLong(Group::members)
                .findFirst();
    }

    private static FleetSpec.Group spec(FleetDocument document) {
        return (FleetSpec.Group) document.spec();
    }
}
