package dev.muster.control.ddi;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** {@code /ddi}. */
@Path("ddi")
@RunOnVirtualThread
public class DdiResource {
    private final Guard guard;
    private final DdiAccessService service;

    DdiResource(Guard guard, DdiAccessService service) {
        this.guard = guard;
        this.service = service;
    }

    /** What is to change; what is left out stays. */
    public record Wanted(
            @Nullable Boolean enabled,
            @Nullable Boolean targetTokens,
            @Nullable List<String> authorities,
            @Nullable String unknown,
            @Nullable String hardware,
            @Nullable String site,
            @Nullable List<String> tags,
            @Nullable Boolean confirmation,
            @Nullable String polling) {}

    /** How clients come in; tokens are never shown. */
    public record AccessAnswer(
            boolean enabled,
            boolean gatewayToken,
            boolean targetTokens,
            List<String> authorities,
            String unknown,
            String hardware,
            @Nullable String site,
            List<String> tags,
            boolean confirmation,
            String polling) {
        static AccessAnswer of(DdiAccess access) {
            return new AccessAnswer(
                    access.enabled(),
                    access.gateway(),
                    access.targetTokens(),
                    access.authorities(),
                    access.unknown().name().toLowerCase(Locale.ROOT),
                    access.hardware(),
                    access.site(),
                    access.tags(),
                    access.confirmation(),
                    access.polling().text());
        }
    }

    /** A token to take over; one is made up if left out. */
    public record WantedToken(@Nullable String token) {}

    /** A token just made; the only time it is shown. */
    public record NewToken(String token) {
        /** Without the token: what may stand in a log. */
        @Override
        public String toString() {
            return "NewToken";
        }
    }

    /** A client to expect. */
    public record NewClient(@Nullable String controller) {}

    /** A client just made. */
    public record MadeClient(String controller, String device) {}

    /** A client as people see it. */
    public record ClientAnswer(
            String controller,
            String device,
            @Nullable Instant lastPoll,
            String agent,
            String address,
            boolean targetToken,
            boolean attributesWanted,
            boolean autoConfirm,
            List<ActionAnswer> actions) {
        static ClientAnswer of(Client client, List<ActionAnswer> actions) {
            return new ClientAnswer(
                    client.controller(),
                    client.device().value(),
                    client.lastPoll(),
                    client.agent(),
                    client.address(),
                    client.token().isPresent(),
                    client.attributesWanted(),
                    client.autoConfirm().active(),
                    actions);
        }
    }

    /** An action with what was said of it, newest first. */
    public record ActionAnswer(
            int id,
            String state,
            String source,
            String mode,
            long generation,
            Instant madeAt,
            @Nullable Instant retrievedAt,
            @Nullable Instant endedAt,
            List<String> targets,
            List<EntryAnswer> history) {
        static ActionAnswer of(DdiAction action, List<DdiAction.Entry> entries) {
            return new ActionAnswer(
                    action.id(),
                    action.state().text(),
                    action.source(),
                    action.mode().text(),
                    action.generation(),
                    action.madeAt(),
                    action.retrievedAt(),
                    action.endedAt(),
                    action.targets().stream()
                            .map(target -> target.name().text() + " " + target.version())
                            .toList(),
                    entries.stream()
                            .map(entry -> new EntryAnswer(entry.at(), entry.status(), entry.messages()))
                            .toList());
        }
    }

    /** A line of an action's history. */
    public record EntryAnswer(Instant at, String status, List<String> messages) {}

    /** How hawkBit's clients come in. */
    @GET
    @RequiresRole(Role.VIEWER)
    public AccessAnswer access() {
        return AccessAnswer.of(service.get(guard.require(Role.VIEWER)));
    }

    /** Changes it; in force within a second. */
    @PUT
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public AccessAnswer change(@Nullable Wanted body) {
        return AccessAnswer.of(service.put(guard.require(Role.ADMIN), Bodies.require(body)));
    }

    /** Makes the token of all clients; its text is shown this once, and the one before ends. */
    @POST
    @Path("gateway-token")
    @ResponseStatus(201)
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public NewToken gatewayToken(@Nullable WantedToken body) {
        return new NewToken(service.gatewayToken(guard.require(Role.ADMIN), body == null ? null : body.token()));
    }

    /** Ends the token of all clients. */
    @DELETE
    @Path("gateway-token")
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public void endGatewayToken() {
        service.endGatewayToken(guard.require(Role.ADMIN));
    }

    /** Makes a device of a controller id before its client asks for the first time. */
    @POST
    @Path("clients")
    @ResponseStatus(201)
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public MadeClient add(@Nullable NewClient body) {
        Client client = service.add(
                guard.require(Role.ADMIN), Bodies.require(Bodies.require(body).controller(), "controller"));
        return new MadeClient(client.controller(), client.device().value());
    }
}
