package dev.muster.control.channels;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.releases.Release;
import dev.muster.control.releases.ReleaseService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.desired.TargetCustom;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Moves releases through channels, and finds the newest one of a channel. Thread-safe. */
@Singleton
public final class ChannelService {
    private static final int LONGEST_NOTE = 500;

    private final ChannelStore store;
    private final ReleaseService releases;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    ChannelService(
            ChannelStore store,
            ReleaseService releases,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.releases = releases;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * The release of a channel that was made last, in the caller's transaction.
     *
     * @param channel that it has reached
     * @param name of the release; any if empty
     * @param hardware that one of its targets fits; any if empty
     * @throws ProblemException {@code release-not-found} where there is none, {@code not-found} for an unknown channel
     */
    public UUID newest(Handle handle, String channel, Optional<String> name, Optional<String> hardware) {
        Channels channels = store.channels(handle);
        requireKnown(channels, channel);
        return store.placed(handle).stream()
                .filter(placed -> !channels.isBefore(placed.channel(), channel))
                .filter(placed -> name.map(placed.name()::equals).orElse(true))
                .filter(placed -> hardware.map(
                                board -> placed.hardware().stream().anyMatch(fits -> TargetCustom.fits(fits, board)))
                        .orElse(true))
                .findFirst()
                .map(ChannelStore.Placed::release)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.RELEASE_NOT_FOUND,
                        "no release" + name.map(one -> " `" + one + "`").orElse("") + " in channel `" + channel + "`"
                                + hardware.map(board -> " fits hardware `" + board + "`")
                                        .orElse("")));
    }

    /** Sets names and order. A channel that holds releases has to stay. */
    Channels set(Caller caller, Channels next) {
        return transactions.in(caller.tenant(), handle -> {
            store.lock(handle);
            Channels before = store.channels(handle);
            for (String name : before.names()) {
                long held = next.has(name) ? 0 : store.releasesIn(handle, name);
                if (held > 0) {
                    throw new ProblemException(
                            ProblemCode.CONFLICT,
                            "channel `" + name + "` holds " + held
                                    + " releases: promote, demote or withdraw them first");
                }
            }
            store.set(handle, next);
            audit.append(
                    handle,
                    caller,
                    "channel.set",
                    "channels",
                    Map.of("before", before.names(), "channels", next.names()));
            return next;
        });
    }

    /**
     * Into the first channel, or from the one it is in to the next.
     *
     * @param to that the caller expects it to get to; any if empty. Who looks at an old page moves nothing twice
     */
    void promote(Caller caller, UUID release, Optional<String> to, String note) {
        move(caller, release, "promote", note, (channels, from) -> {
            String next = from.map(known -> channels.after(known)
                            .orElseThrow(() -> new ProblemException(
                                    ProblemCode.CONFLICT,
                                    "`" + known + "` is the last channel: there is none to promote to")))
                    .orElseGet(channels::first);
            to.ifPresent(expected -> {
                requireKnown(channels, expected);
                if (!expected.equals(next)) {
                    throw new ProblemException(
                            ProblemCode.CONFLICT,
                            "the release is "
                                    + from.map(known -> "in channel `" + known + "`")
                                            .orElse("in no channel") + " and goes to `" + next + "`, not to `"
                                    + expected
                                    + "`: one channel at a time");
                }
            });
            return next;
        });
    }

    /** Back to a channel before the one it is in. */
    void demote(Caller caller, UUID release, String to, String note) {
        move(caller, release, "demote", note, (channels, from) -> {
            requireKnown(channels, to);
            if (from.filter(known -> channels.isBefore(to, known)).isEmpty()) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected a release in a channel after `" + to + "`, found one in "
                                + from.map(known -> "`" + known + "`").orElse("none"));
            }
            return to;
        });
    }

    /** Out of all channels. */
    void withdraw(Caller caller, UUID release, String note) {
        move(caller, release, "withdraw", note, (channels, from) -> {
            if (from.isEmpty()) {
                throw new ProblemException(ProblemCode.CONFLICT, "the release is in no channel");
            }
            return "";
        });
    }

    private interface Aim {
        String of(Channels channels, Optional<String> from);
    }

    private void move(Caller caller, UUID id, String action, String note, Aim aim) {
        if (note.length() > LONGEST_NOTE) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "`note`: expected at most " + LONGEST_NOTE + " characters, found " + note.length());
        }
        transactions.run(caller.tenant(), handle -> {
            store.lock(handle);
            Release release = releases.require(handle, id);
            Channels channels = store.channels(handle);
            Optional<String> from = store.channelOf(handle, id);
            String to = aim.of(channels, from);
            // The default ones become rows when the first release comes into one.
            store.set(handle, channels);
            store.move(
                    handle,
                    new ChannelStore.Move(id, action, from.orElse(""), to, clock.instant(), caller.actor(), note));
            audit.append(
                    handle,
                    caller,
                    "release." + action,
                    "release/" + id,
                    Map.of(
                            "name", release.name(),
                            "version", release.version(),
                            "from", from.orElse(""),
                            "to", to,
                            "note", note));
        });
    }

    private static void requireKnown(Channels channels, String name) {
        if (!channels.has(name)) {
            throw new ProblemException(
                    ProblemCode.NOT_FOUND, "no channel `" + name + "`; there are " + List.copyOf(channels.names()));
        }
    }
}
