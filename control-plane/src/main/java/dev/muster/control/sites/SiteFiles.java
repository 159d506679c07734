package dev.muster.control.sites;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.control.fleetfiles.FleetChange;
import dev.muster.control.fleetfiles.FleetKind;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.FleetParser;
import dev.muster.policy.language.FleetSpec;
import dev.muster.policy.language.FleetWriter;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sites as files: what a file leaves out is that of the site above. Thread-safe. */
@Singleton
final class SiteFiles implements FleetKind {
    private static final String KIND = "Site";

    private final SiteStore store;
    private final SiteService service;

    SiteFiles(SiteStore store, SiteService service) {
        this.store = store;
        this.service = service;
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
    public int order() {
        return 10;
    }

    @Override
    public Difference compare(Handle handle, Access access, FleetDocument document) {
        FleetSpec.Site site = spec(document);
        Site.Own wanted = SiteService.checked(patch(site).on(Site.Own.NOTHING));
        Optional<Site> before = store.find(handle, document.name());
        List<FleetChange.Field> fields = fields(
                before.map(Site::parent).orElse(null),
                before.map(Site::own).orElse(Site.Own.NOTHING),
                site.parent().orElse(null),
                wanted);
        return before.isEmpty() ? Difference.create(fields) : Difference.change(fields);
    }

    @Override
    public List<Exported> export(Handle handle, Access access) {
        return store.all(handle).stream()
                .map(site -> new Exported(KIND, site.name(), FleetWriter.yaml(KIND, site.name(), "", written(site))))
                .toList();
    }

    private static Map<String, @Nullable Object> written(Site site) {
        Map<String, @Nullable Object> spec = new LinkedHashMap<>();
        Site.Own own = site.own();
        spec.put("parent", site.parent());
        spec.put("timeZone", own.timeZone());
        spec.put("uplinkKbps", own.uplinkKbps());
        MaintenanceWindow window = own.window();
        if (window != null) {
            spec.put("window", Map.of("days", window.days(), "from", window.from(), "to", window.to()));
        }
        spec.put("gateway", own.gateway());
        Site.Location location = own.location();
        if (location != null) {
            spec.put("location", Map.of("latitude", location.latitude(), "longitude", location.longitude()));
        }
        spec.values().removeIf(Objects::isNull);
        return spec;
    }

    @Override
    public Optional<Difference> removal(Handle handle, Access access, String kind, String name) {
        return store.find(handle, name)
                .map(site -> Difference.delete(fields(site.parent(), site.own(), null, Site.Own.NOTHING)));
    }

    // A site comes after the one it lies in, where that is new as well.
    @Override
    public void carryOut(Handle handle, Access access, List<FleetDocument> documents, FleetParser.Result files) {
        List<FleetDocument> left = new ArrayList<>(documents);
        while (!left.isEmpty()) {
            Set<String> open = new HashSet<>();
            left.forEach(document -> open.add(document.name()));
            List<FleetDocument> now = left.stream()
                    .filter(document ->
                            spec(document).parent().filter(open::contains).isEmpty())
                    .toList();
            // A ring of sites: the first of them is refused, and says why.
            List<FleetDocument> next = now.isEmpty() ? List.copyOf(left) : now;
            FleetKind.super.carryOut(handle, access, next, files);
            left.removeAll(next);
        }
    }

    @Override
    public void carryOut(Handle handle, Access access, FleetDocument document) {
        SitePatch patch = patch(spec(document));
        if (service.exists(handle, document.name())) {
            service.patch(access, document.name(), patch, Optional.empty());
        } else {
            service.create(access, document.name(), patch);
        }
    }

    @Override
    public void remove(Handle handle, Access access, String kind, String name) {
        service.delete(access, name, Optional.empty());
    }

    @Override
    public List<String> removable(Handle handle, String kind, List<String> names) {
        return names.stream()
                .sorted(Comparator.comparingInt((String name) -> store.height(handle, name))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    @Override
    public OptionalLong devices(Handle handle, Access access, String kind, String name) {
        return OptionalLong.of(store.devices(handle, access.scope(), name));
    }

    private static FleetSpec.Site spec(FleetDocument document) {
        return (FleetSpec.Site) document.spec();
    }

    /** A patch that says everything: what is empty takes away what the site says itself. */
    private static SitePatch patch(FleetSpec.Site site) {
        return new SitePatch(
                site.parent().orElse(""),
                site.timeZone().orElse(""),
                site.uplinkKbps().map(Integer::longValue).orElse(0L),
                site.window()
                        .map(window -> new SitePatch.Window(window.days(), window.from(), window.to()))
                        .orElse(new SitePatch.Window(List.of(), null, null)),
                site.gateway().orElse(""),
                site.location()
                        .map(at -> new SitePatch.Place(at.latitude(), at.longitude()))
                        .orElse(new SitePatch.Place(null, null)));
    }

    private static List<FleetChange.Field> fields(
            @Nullable String parent, Site.Own own, @Nullable String wantedParent, Site.Own wanted) {
        return new FleetChange.Fields()
                .add("parent", parent, wantedParent)
                .add("timeZone", own.timeZone(), wanted.timeZone())
                .add("uplinkKbps", own.uplinkKbps(), wanted.uplinkKbps())
                .add("window", text(own.window()), text(wanted.window()))
                .add("gateway", own.gateway(), wanted.gateway())
                .add("location", text(own.location()), text(wanted.location()))
                .list();
    }

    private static @Nullable String text(@Nullable MaintenanceWindow window) {
        return window == null ? null : String.join(",", window.days()) + " " + window.from() + "-" + window.to();
    }

    private static @Nullable String text(Site.@Nullable Location location) {
        return location == null ? null : location.latitude() + ", " + location.longitude();
    }
}
