package dev.muster.control.settings;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.rollouts.WaveRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /settings}. */
@Path("settings")
@RunOnVirtualThread
public class SettingsResource {
    private static final WaveRequest EVERYTHING = new WaveRequest("all", 100, null, null, null);

    private final Guard guard;
    private final SettingsService service;
    private final SettingsRollouts rollouts;
    private final SettingsSchemas schemas;

    SettingsResource(Guard guard, SettingsService service, SettingsRollouts rollouts, SettingsSchemas schemas) {
        this.guard = guard;
        this.service = service;
        this.rollouts = rollouts;
        this.schemas = schemas;
    }

    /** Every document of the draft. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<SettingsDocument> list() {
        return Page.whole(service.list(guard.require(Role.VIEWER)));
    }

    /** JSON Schema of settings documents; for one platform, without what it cannot bring about. */
    @GET
    @Path("schema")
    @RequiresRole(Role.VIEWER)
    public Map<String, @Nullable Object> schema(@RestQuery @Nullable String platform) {
        guard.require(Role.VIEWER);
        return schemas.document(platform);
    }

    /** The body of {@code POST /settings/preview}. */
    public record Previewed(@Nullable String selector) {}

    /** What rolling the draft out would change, and on how many devices of the caller's scope. */
    @POST
    @Path("preview")
    @RequiresRole(Role.VIEWER)
    public SettingsPreview.Shown preview(@Nullable Previewed body) {
        return rollouts.preview(guard.require(Role.VIEWER), Selector.parse(body == null ? null : body.selector()));
    }

    /** The body of {@code POST /settings/rollout}; without waves, all devices at once. */
    public record Rolled(
            @Nullable String comment,
            @Nullable String selector,
            @Nullable List<WaveRequest> waves,
            @Nullable Integer maxFailurePercent) {}

    /** What {@code POST /settings/rollout} made. */
    public record RolledOut(long version, UUID rollout) {}

    /** Keeps the draft as a version and rolls it out. */
    @POST
    @Path("rollout")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public RolledOut rollout(@Nullable Rolled body) {
        Access access = guard.require(Role.RELEASE_MANAGER).fleetWide();
        Rolled asked = Bodies.require(body);
        try {
            SettingsRollouts.RolledOut made = rollouts.rollOut(
                    access,
                    new SettingsRollouts.Terms(
                            asked.comment() == null ? "" : asked.comment(),
                            WaveRequest.plans(
                                    asked.waves() == null || asked.waves().isEmpty()
                                            ? List.of(EVERYTHING)
                                            : asked.waves()),
                            Selector.parse(asked.selector()),
                            asked.maxFailurePercent() == null ? 0 : asked.maxFailurePercent()));
            return new RolledOut(made.version(), made.rollout().value());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    /** The settings of one level. */
    @GET
    @Path("{level}/{name}")
    @RequiresRole(Role.VIEWER)
    public RestResponse<SettingsDocument> get(String level, String name) {
        return answer(service.get(guard.require(Role.VIEWER), level, name));
    }

    /** Replaces the settings of one level. */
    @PUT
    @Path("{level}/{name}")
    @RequiresRole(Role.OPERATOR)
    public RestResponse<SettingsDocument> put(
            String level,
            String name,
            @RestHeader("If-Match") @Nullable String ifMatch,
            @Nullable Map<String, @Nullable Object> document) {
        return answer(
                service.put(guard.require(Role.OPERATOR), level, name, Bodies.require(document), revision(ifMatch)));
    }

    private static Optional<Long> revision(@Nullable String ifMatch) {
        if (ifMatch == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(ifMatch.replace("\"", "").strip()));
        } catch (NumberFormatException e) {
            throw new ProblemException(ProblemCode.STALE, "expected an ETag of ours in `If-Match`, found another");
        }
    }

    private static RestResponse<SettingsDocument> answer(SettingsDocument document) {
        return RestResponse.ResponseBuilder.ok(document)
                .header("ETag", "\"" + document.revision() + "\"")
                .build();
    }
}
