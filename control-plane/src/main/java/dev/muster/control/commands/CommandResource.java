package dev.muster.control.commands;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.command.CommandKind;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Commands, for people. */
@Path("/commands")
@RunOnVirtualThread
public class CommandResource {
    private static final Duration DEFAULT_DEADLINE = Duration.ofHours(1);

    private final Guard guard;
    private final TenantTransactions transactions;
    private final CommandService service;
    private final CommandStore store;
    private final CommandDeviceStore rows;

    CommandResource(
            Guard guard,
            TenantTransactions transactions,
            CommandService service,
            CommandStore store,
            CommandDeviceStore rows) {
        this.guard = guard;
        this.transactions = transactions;
        this.service = service;
        this.store = store;
        this.rows = rows;
    }

    /**
     * The body of {@code POST /commands}: {@code devices} or a {@code selector}, and one of both, so that a forgotten
     * selector never means the fleet.
     *
     * @param deadline ISO-8601 duration from now, PT1H if absent
     */
    public record Asked(
            @Nullable String kind,
            @Nullable Map<String, String> arguments,
            @Nullable String selector,
            @Nullable List<String> devices,
            @Nullable Integer perMinute,
            @Nullable String deadline) {}

    /** Asks devices to do something once. */
    @POST
    @ResponseStatus(201)
    @RequiresRole(Role.OPERATOR)
    public CommandShown create(@Nullable Asked body) {
        Access access = guard.require(Role.OPERATOR);
        return shown(access, service.create(access, asked(Bodies.require(body))));
    }

    /** Those with a device in the caller's scope, newest first. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<CommandShown> list(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        List<CommandShown> found =
                transactions.in(access.tenant(), handle -> store.list(handle, access.scope(), skip, size + 1).stream()
                        .map(command -> CommandShown.of(command, List.of()))
                        .toList());
        return Page.of(found, size, last -> Long.toString(skip + size));
    }

    /** One command, with its failures by cause. */
    @GET
    @Path("/{id}")
    @RequiresRole(Role.VIEWER)
    public CommandShown get(@PathParam("id") UUID id) {
        Access access = guard.require(Role.VIEWER);
        return shown(access, transactions.in(access.tenant(), handle -> service.find(handle, access, id)));
    }

    /** Its devices in the caller's scope. */
    @GET
    @Path("/{id}/devices")
    @RequiresRole(Role.VIEWER)
    public Page<CommandOnDevice> devices(
            @PathParam("id") UUID id,
            @Parameter(schema = @Schema(implementation = CommandState.class)) @QueryParam("state") @Nullable String state,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        String after = Cursor.decode(cursor).orElse("");
        CommandState wanted = state(state);
        return transactions.in(access.tenant(), handle -> {
            service.find(handle, access, id);
            return Page.of(
                    rows.list(handle, access.scope(), id, wanted, after, size + 1), size, CommandOnDevice::device);
        });
    }

    /** No device gets it any more; those that have it go on. */
    @POST
    @Path("/{id}/cancel")
    @RequiresRole(Role.OPERATOR)
    public CommandShown cancel(@PathParam("id") UUID id) {
        Access access = guard.require(Role.OPERATOR);
        return shown(access, service.cancel(access, id));
    }

    private CommandShown shown(Access access, StoredCommand command) {
        return CommandShown.of(
                command, transactions.in(access.tenant(), handle -> rows.causes(handle, access.scope(), command.id())));
    }

    private static NewCommand asked(Asked body) {
        List<String> devices = body.devices() == null ? List.of() : body.devices();
        boolean named = !devices.isEmpty();
        if (named == (body.selector() != null)) {
            throw invalid(
                    "expected one of `devices` and `selector` (empty for all), found " + (named ? "both" : "neither"));
        }
        try {
            return new NewCommand(
                    CommandKind.parse(
                            Bodies.require(body.kind(), "kind"),
                            body.arguments() == null ? Map.of() : body.arguments()),
                    Selector.parse(body.selector()),
                    devices.stream().distinct().map(DeviceService::id).toList(),
                    body.perMinute() == null ? OptionalInt.empty() : OptionalInt.of(body.perMinute()),
                    body.deadline() == null ? DEFAULT_DEADLINE : duration(body.deadline()));
        } catch (ProtocolException | IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "`deadline`: expected an ISO-8601 duration such as PT1H, found `" + text + "`", e);
        }
    }

    private static @Nullable CommandState state(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        return CommandState.find(text)
                .orElseThrow(() -> invalid("`state`: expected a state such as `failed`, found `" + text + "`"));
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
