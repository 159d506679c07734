package dev.muster.control.fleetfiles;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import dev.muster.policy.language.PolicySource;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /fleet-files}. Beside the role named here each kind of thing asks for its own, where something of it changes. */
@Path("fleet-files")
@RunOnVirtualThread
public class FleetFilesResource {
    private final Guard guard;
    private final FleetFilesService service;

    FleetFilesResource(Guard guard, FleetFilesService service) {
        this.guard = guard;
        this.service = service;
    }

    /** A file, and what errors call it. */
    public record File(@Nullable String name, @Nullable String text) {}

    /**
     * A folder.
     *
     * @param label under which its things are kept; needed with {@code prune}
     * @param prune whether things of the label that no file names go
     * @param takeOver whether things of other labels come under this one
     * @param expected the digest of a plan; nothing is changed where the changes are others by now
     * @param comment kept with versions and in the trail
     * @param values of what files name and do not say, such as {@code urlFrom: {env: NAME}}; a difference is told without them
     * @param waves of policies and settings; what is usual for each if left out
     */
    public record Folder(
            @Nullable List<File> files,
            @Nullable String label,
            @Nullable Boolean prune,
            @Nullable Boolean takeOver,
            @Nullable String expected,
            @Nullable String comment,
            @Nullable Map<String, String> values,
            @Nullable List<FleetKind.WaveTerms> waves) {}

    /** What differs between files and the fleet. */
    @POST
    @Path("diff")
    @RequiresRole(value = Role.VIEWER, fleetWide = true)
    public FleetPlan diff(@Nullable Folder body) {
        return service.diff(who(), asked(body));
    }

    /** What applying the files would do, on how many devices; nothing happens. */
    @POST
    @Path("plan")
    @RequiresRole(value = Role.VIEWER, fleetWide = true)
    public FleetPlan plan(@Nullable Folder body) {
        return service.plan(who(), asked(body));
    }

    /** Makes the fleet what the files say: all of it or nothing. */
    @POST
    @Path("apply")
    @RequiresRole(value = Role.VIEWER, fleetWide = true)
    public FleetPlan apply(@Nullable Folder body) {
        return service.apply(who(), asked(body));
    }

    /** The fleet as files: what there is of kinds that the caller may look at, without what is a secret. */
    @GET
    @Path("export")
    @RequiresRole(value = Role.VIEWER, fleetWide = true)
    public Page<File> export() {
        return Page.whole(service.export(who()).stream()
                .map(file -> new File(file.name(), file.text()))
                .toList());
    }

    /** What was applied from files, and under which label. */
    @GET
    @Path("managed")
    @RequiresRole(value = Role.VIEWER, fleetWide = true)
    public Page<FleetFilesStore.Managed> managed(@RestQuery @Nullable String label) {
        return Page.whole(service.managed(guard.require(Role.VIEWER).fleetWide(), Optional.ofNullable(label)));
    }

    private FleetFilesService.Who who() {
        Access viewer = guard.require(Role.VIEWER).fleetWide();
        return new FleetFilesService.Who(
                viewer, role -> guard.find(role).filter(access -> access.scope().fleetWide()));
    }

    private static FleetFilesService.Asked asked(@Nullable Folder body) {
        Folder folder = Bodies.require(body);
        return new FleetFilesService.Asked(
                Bodies.require(folder.files(), "files").stream()
                        .map(file -> new PolicySource(
                                Bodies.require(file.name(), "files.name"), file.text() == null ? "" : file.text()))
                        .toList(),
                folder.label() == null ? "" : folder.label(),
                Boolean.TRUE.equals(folder.prune()),
                Boolean.TRUE.equals(folder.takeOver()),
                Optional.ofNullable(folder.expected()),
                new FleetKind.Terms(
                        folder.comment() == null ? "" : folder.comment(),
                        folder.waves() == null ? List.of() : folder.waves()),
                values(folder.values() == null ? Map.of() : folder.values()));
    }

    // Jackson lets null through as a value.
    private static Map<String, String> values(Map<String, String> asked) {
        asked.forEach((name, value) -> Bodies.require(value, "values." + name));
        return asked;
    }
}
