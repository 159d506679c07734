package dev.muster.control.channels;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Channels and the way of releases through them, for people. */
@Path("/channels")
@RunOnVirtualThread
public class ChannelResource {
    private final Guard guard;
    private final TenantTransactions transactions;
    private final ChannelService service;
    private final ChannelStore store;

    ChannelResource(Guard guard, TenantTransactions transactions, ChannelService service, ChannelStore store) {
        this.guard = guard;
        this.transactions = transactions;
        this.service = service;
        this.store = store;
    }

    /** All channels in the order of promotion, each with the releases that have got to it and no further, newest first. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<ChannelAnswer> list() {
        return answer(guard.require(Role.VIEWER));
    }

    /** Names and order; what holds releases has to stay. */
    @PUT
    @RequiresRole(value = Role.ADMIN, fleetWide = true)
    public Page<ChannelAnswer> set(@Nullable NewChannels body) {
        Access access = guard.require(Role.ADMIN).fleetWide();
        List<@Nullable String> wanted = Bodies.require(Bodies.require(body).channels(), "channels");
        List<String> names =
                wanted.stream().map(name -> Bodies.require(name, "channels[]")).toList();
        try {
            service.set(access.caller(), new Channels(names));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "`channels`: " + e.getMessage());
        }
        return answer(access);
    }

    /** Who moved which release where, newest first. */
    @GET
    @Path("/history")
    @RequiresRole(Role.VIEWER)
    public Page<ChannelStore.Moved> history(
            @QueryParam("release") @Nullable UUID release,
            @QueryParam("channel") @Nullable String channel,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        return Page.of(
                transactions.in(access.tenant(), handle -> store.history(handle, release, channel, skip, size + 1)),
                size,
                last -> Long.toString(skip + size));
    }

    /** A release into the first channel, or to the next one. */
    @POST
    @Path("/releases/{id}/promote")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public Page<ChannelAnswer> promote(@PathParam("id") UUID id, @Nullable Moving body) {
        Access access = guard.require(Role.RELEASE_MANAGER).fleetWide();
        service.promote(access.caller(), id, Optional.ofNullable(body).map(Moving::to), note(body));
        return answer(access);
    }

    /** A release back to an earlier channel. */
    @POST
    @Path("/releases/{id}/demote")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public Page<ChannelAnswer> demote(@PathParam("id") UUID id, @Nullable Moving body) {
        Access access = guard.require(Role.RELEASE_MANAGER).fleetWide();
        service.demote(access.caller(), id, Bodies.require(Bodies.require(body).to(), "to"), note(body));
        return answer(access);
    }

    /** A release out of all channels. */
    @POST
    @Path("/releases/{id}/withdraw")
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public Page<ChannelAnswer> withdraw(@PathParam("id") UUID id, @Nullable Moving body) {
        Access access = guard.require(Role.RELEASE_MANAGER).fleetWide();
        service.withdraw(access.caller(), id, note(body));
        return answer(access);
    }

    private Page<ChannelAnswer> answer(Access access) {
        return transactions.in(access.tenant(), handle -> {
            Map<String, List<ChannelStore.Placed>> placed = store.placed(handle).stream()
                    .collect(java.util.stream.Collectors.groupingBy(ChannelStore.Placed::channel));
            return Page.whole(store.channels(handle).names().stream()
                    .map(name -> new ChannelAnswer(
                            name,
                            placed.getOrDefault(name, List.of()).stream()
                                    .map(ChannelAnswer.Holds::of)
                                    .toList()))
                    .toList());
        });
    }

    private static String note(@Nullable Moving body) {
        return body == null || body.note() == null ? "" : body.note();
    }

    /** The body of {@code PUT /channels}. */
    public record NewChannels(@Nullable List<@Nullable String> channels) {}

    /**
     * How a release is to move.
     *
     * @param to of a promotion: the channel that is expected to be the next one; of a demotion: where it goes
     */
    public record Moving(@Nullable String to, @Nullable String note) {}

    /** A channel on the wire. */
    public record ChannelAnswer(String name, List<Holds> releases) {
        /** Copies the list. */
        public ChannelAnswer {
            releases = List.copyOf(releases);
        }

        /** A release that has got to it and no further. */
        public record Holds(
                UUID id,
                String name,
                String version,
                List<String> hardware,
                Instant since,
                String by,
                String byName,
                String note) {
            /** Copies the list. */
            public Holds {
                hardware = List.copyOf(hardware);
            }

            static Holds of(ChannelStore.Placed placed) {
                return new Holds(
                        placed.release(),
                        placed.name(),
                        placed.version(),
                        placed.hardware(),
                        placed.since(),
                        placed.by(),
                        placed.byName(),
                        placed.note());
            }
        }
    }
}
