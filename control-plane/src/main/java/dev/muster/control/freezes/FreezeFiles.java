package dev.muster.control.freezes;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.fleetfiles.FleetChange;
import dev.muster.control.fleetfiles.FleetKind;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.FleetSpec;
import dev.muster.policy.language.FleetWriter;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The freeze calendar as files. What lets devices start earlier waits where the tenant asks for four eyes. Thread-safe. */
@Singleton
final class FreezeFiles implements FleetKind {
    private final FreezeStore store;
    private final FreezeService service;
    private final DeviceService devices;

    FreezeFiles(FreezeStore store, FreezeService service, DeviceService devices) {
        this.store = store;
        this.service = service;
        this.devices = devices;
    }

    @Override
    public List<String> kinds() {
        return List.of("Freeze");
    }

    @Override
    public Role role() {
        return Role.RELEASE_MANAGER;
    }

    @Override
    public int order() {
        return 50;
    }

    @Override
    public Difference compare(Handle handle, Access access, FleetDocument document) {
        FleetSpec.Freeze freeze = spec(document);
        Instant from = FreezeResource.instant("from", freeze.from());
        Instant to = FreezeResource.instant("to", freeze.to());
        Optional<Freeze> before = store.find(handle, document.name());
        List<FleetChange.Field> fields = new FleetChange.Fields()
                .add("from", before.map(Freeze::from).orElse(null), from)
                .add("to", before.map(Freeze::to).orElse(null), to)
                .add("devices", before.map(Freeze::selector).orElse(""), freeze.devices())
                .add("reason", before.map(Freeze::reason).orElse(""), freeze.reason())
                .list();
        return before.isEmpty() ? Difference.create(fields) : Difference.change(fields);
    }

    @Override
    public List<Exported> export(Handle handle, Access access) {
        return store.all(handle).stream()
                .map(freeze -> {
                    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
                    spec.put("from", freeze.from().toString());
                    spec.put("to", freeze.to().toString());
                    if (!freeze.selector().isEmpty()) {
                        spec.put("devices", freeze.selector());
                    }
                    if (!freeze.reason().isEmpty()) {
                        spec.put("reason", freeze.reason());
                    }
                    return new Exported("Freeze", freeze.name(), FleetWriter.yaml("Freeze", freeze.name(), "", spec));
                })
                .toList();
    }

    @Override
    public Optional<Difference> removal(Handle handle, Access access, String kind, String name) {
        return store.find(handle, name)
                .map(freeze -> Difference.delete(new FleetChange.Fields()
                        .add("from", freeze.from(), null)
                        .add("to", freeze.to(), null)
                        .list()));
    }

    @Override
    public void carryOut(Handle handle, Access access, FleetDocument document) {
        if (service.waiting(handle, document.name()).isEmpty()) {
            FleetSpec.Freeze freeze = spec(document);
            service.put(
                    access,
                    document.name(),
                    FreezeResource.instant("from", freeze.from()),
                    FreezeResource.instant("to", freeze.to()),
                    freeze.devices(),
                    freeze.reason());
        }
    }

    @Override
    public void remove(Handle handle, Access access, String kind, String name) {
        if (service.waiting(handle, name).isEmpty()) {
            service.delete(access, name);
        }
    }

    @Override
    public OptionalLong devices(Handle handle, Access access, String kind, String name) {
        return store.find(handle, name).stream()
                .mapToLong(freeze -> devices.select(handle, access.scope(), Selector.parse(freeze.selector()))
                        .size())
                .findFirst();
    }

    @Override
    public Optional<String> waits(Handle handle, Access access, String kind, String name) {
        return service.waiting(handle, name)
                .map(request -> "waits for a second person: request `" + request.id() + "`");
    }

    private static FleetSpec.Freeze spec(FleetDocument document) {
        return (FleetSpec.Freeze) document.spec();
    }
}
