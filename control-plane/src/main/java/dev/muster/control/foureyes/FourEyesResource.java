package dev.muster.control.foureyes;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.ETags;
import dev.muster.control.http.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /four-eyes}: the tenant's rule, and what waits for a second person. */
@Path("/four-eyes")
@RunOnVirtualThread
public class FourEyesResource {
    private final Guard guard;
    private final RuleService rules;
    private final FourEyesService service;

    FourEyesResource(Guard guard, RuleService rules, FourEyesService service) {
        this.guard = guard;
        this.rules = rules;
        this.service = service;
    }

    /** Which kinds of change nobody makes alone; the first four are to be said, what is younger stays as it is unsaid. */
    public record WantedRule(
            @Nullable Boolean rollouts,
            @Nullable Boolean policies,
            @Nullable Boolean trust,
            @Nullable Boolean freezeOverrides,
            @Nullable Boolean remoteHelp) {
        Set<Critical> kinds(Set<Critical> before) {
            Set<Critical> kinds = EnumSet.noneOf(Critical.class);
            put(kinds, Critical.ROLLOUTS, Bodies.require(rollouts, "rollouts"));
            put(kinds, Critical.POLICIES, Bodies.require(policies, "policies"));
            put(kinds, Critical.TRUST, Bodies.require(trust, "trust"));
            put(kinds, Critical.FREEZE_OVERRIDES, Bodies.require(freezeOverrides, "freezeOverrides"));
            put(kinds, Critical.REMOTE_HELP, remoteHelp == null ? before.contains(Critical.REMOTE_HELP) : remoteHelp);
            return kinds;
        }

        private static void put(Set<Critical> kinds, Critical kind, boolean on) {
            if (on) {
                kinds.add(kind);
            }
        }
    }

    /**
     * The rule on the wire.
     *
     * @param revision its ETag; 0 where nobody set one yet
     * @param pending the wish to make it weaker that waits for a second administrator; null where none does
     */
    public record ShownRule(
            boolean rollouts,
            boolean policies,
            boolean trust,
            boolean freezeOverrides,
            boolean remoteHelp,
            long revision,
            @Nullable Instant changedAt,
            String changedBy,
            String changedByName,
            @Nullable FourEyesRequest pending) {
        static ShownRule of(RuleService.Shown shown) {
            FourEyesRule rule = shown.rule();
            return new ShownRule(
                    rule.kinds().contains(Critical.ROLLOUTS),
                    rule.kinds().contains(Critical.POLICIES),
                    rule.kinds().contains(Critical.TRUST),
                    rule.kinds().contains(Critical.FREEZE_OVERRIDES),
                    rule.kinds().contains(Critical.REMOTE_HELP),
                    rule.revision(),
                    rule.changedAt(),
                    rule.changedBy(),
                    rule.changedByName(),
                    shown.pending().orElse(null));
        }
    }

    /** Why a request is rejected. */
    public record Why(@Nullable String reason) {}

    /** The rule in force. */
    @GET
    @RequiresRole(Role.VIEWER)
    public RestResponse<ShownRule> get() {
        return answer(200, rules.get(guard.require(Role.VIEWER)));
    }

    /** Makes the rule stronger at once; 202 where a second administrator has to agree to what makes it weaker. */
    @PUT
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public RestResponse<ShownRule> put(@RestHeader("If-Match") @Nullable String ifMatch, @Nullable WantedRule body) {
        Access access = guard.require(Role.ADMIN).fleetWide();
        Set<Critical> wanted =
                Bodies.require(body).kinds(rules.get(access).rule().kinds());
        RuleService.Shown shown = rules.put(access, wanted, ETags.asked(ifMatch));
        return answer(wanted.containsAll(shown.rule().kinds()) ? 200 : 202, shown);
    }

    /** What waits first, then the newest. */
    @GET
    @Path("/requests")
    @RequiresRole(Role.VIEWER)
    public Page<FourEyesRequest> list(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        return Page.of(service.list(access, skip, size + 1), size, last -> Long.toString(skip + size));
    }

    /** One request. */
    @GET
    @Path("/requests/{id}")
    @RequiresRole(Role.VIEWER)
    public FourEyesRequest request(@PathParam("id") UUID id) {
        return service.get(guard.require(Role.VIEWER), id);
    }

    /** A second person agrees, and it is done. */
    @POST
    @Path("/requests/{id}/approve")
    @RequiresRole(value = Role.APPROVER, fleetWide = true)
    public FourEyesRequest approve(@PathParam("id") UUID id) {
        return service.approve(guard.require(Role.APPROVER).fleetWide(), id, role -> guard.require(role)
                .fleetWide());
    }

    /** A second person refuses, and nothing comes of it. */
    @POST
    @Path("/requests/{id}/reject")
    @RequiresRole(value = Role.APPROVER, fleetWide = true)
    public FourEyesRequest reject(@PathParam("id") UUID id, @Nullable Why body) {
        return service.reject(guard.require(Role.APPROVER).fleetWide(), id, body == null ? null : body.reason());
    }

    /** Whoever asked takes it back. */
    @POST
    @Path("/requests/{id}/withdraw")
    @RequiresRole(Role.VIEWER)
    public FourEyesRequest withdraw(@PathParam("id") UUID id) {
        return service.withdraw(guard.require(Role.VIEWER), id);
    }

    private static RestResponse<ShownRule> answer(int status, RuleService.Shown shown) {
        return ETags.answer(status, ShownRule.of(shown), shown.rule().revision());
    }
}
