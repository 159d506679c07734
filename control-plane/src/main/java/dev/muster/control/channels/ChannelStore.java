package dev.muster.control.channels;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code channel}, {@code channel_release} and {@code channel_move}. */
@Singleton
final class ChannelStore {
    /** Nobody else moves releases or sets channels of this tenant until the transaction ends. */
    void lock(Handle handle) {
        handle.createQuery("select 1 from (select pg_advisory_xact_lock(hashtext('channels'), "
                        + "hashtext(current_setting('app.tenant')))) locked")
                .mapTo(Integer.class)
                .one();
    }

    Channels channels(Handle handle) {
        List<String> names = handle.createQuery("select name from channel order by position")
                .mapTo(String.class)
                .list();
        return names.isEmpty() ? Channels.DEFAULT : new Channels(names);
    }

    /** Writes names and order; a channel that is gone must hold no release. */
    void set(Handle handle, Channels channels) {
        String[] names = channels.names().toArray(String[]::new);
        handle.createUpdate("delete from channel where name <> all(:names)")
                .bind("names", names)
                .execute();
        handle.createUpdate("insert into channel (name, position) "
                        + "select n.name, n.position from unnest(:names) with ordinality as n (name, position) "
                        + "on conflict (tenant, name) do update set position = excluded.position")
                .bind("names", names)
                .execute();
    }

    /** How many releases have got to a channel and no further. */
    long releasesIn(Handle handle, String channel) {
        return handle.createQuery("select count(*) from channel_release where channel = :channel")
                .bind("channel", channel)
                .mapTo(Long.class)
                .one();
    }

    /**
     * A release in a channel.
     *
     * @param hardware what its targets fit, sorted; {@code *} for any
     */
    record Placed(
            UUID release,
            String name,
            String version,
            String channel,
            List<String> hardware,
            Instant since,
            String by,
            String byName,
            String note) {
        Placed {
            hardware = List.copyOf(hardware);
        }
    }

    /** The furthest channel that a release has reached. */
    Optional<String> channelOf(Handle handle, UUID release) {
        return handle.createQuery("select channel from channel_release where release = :release")
                .bind("release", release)
                .mapTo(String.class)
                .findOne();
    }

    /** All releases in channels, the newest release first. */
    List<Placed> placed(Handle handle) {
        return handle.createQuery("""
                        select c.*, r.name, r.version, name_of_actor(c.moved_by, c.since) as by_name,
                               array(select distinct t.hardware from release_target t
                                      where t.release = r.id and t.sha256 is not null order by 1) as hardware
                          from channel_release c join release r on r.tenant = c.tenant and r.id = c.release
                         order by r.created_at desc, r.id""")
                .map((rs, context) -> new Placed(
                        rs.getObject("release", UUID.class),
                        rs.getString("name"),
                        rs.getString("version"),
                        rs.getString("channel"),
                        List.of((String[]) rs.getArray("hardware").getArray()),
                        rs.getObject("since", OffsetDateTime.class).toInstant(),
                        rs.getString("moved_by"),
                        rs.getString("by_name"),
                        rs.getString("note")))
                .list();
    }

    /** Puts the release into the channel, or out of all where it is empty, and keeps the move. */
    void move(Handle handle, Move move) {
        if (move.to().isEmpty()) {
            handle.createUpdate("delete from channel_release where release = :release")
                    .bind("release", move.release())
                    .execute();
        } else {
            handle.createUpdate("""
                            insert into channel_release (release, channel, since, moved_by, note)
                            values (:release, :to, :at, :by, :note)
                            on conflict (tenant, release) do update
                               set channel = excluded.channel, since = excluded.since, moved_by = excluded.moved_by,
                                   note = excluded.note""")
                    .bind("release", move.release())
                    .bind("to", move.to())
                    .bind("at", utc(move.at()))
                    .bind("by", move.by())
                    .bind("note", move.note())
                    .execute();
        }
        handle.createUpdate("""
                        insert into channel_move (release, action, from_channel, to_channel, at, moved_by, note)
                        values (:release, :action, :from, :to, :at, :by, :note)""")
                .bind("release", move.release())
                .bind("action", move.action())
                .bind("from", move.from())
                .bind("to", move.to())
                .bind("at", utc(move.at()))
                .bind("by", move.by())
                .bind("note", move.note())
                .execute();
    }

    /**
     * A move that is to be made.
     *
     * @param action {@code promote}, {@code demote} or {@code withdraw}
     * @param from empty where it was in none
     * @param to empty where it goes out of all
     */
    record Move(UUID release, String action, String from, String to, Instant at, String by, String note) {}

    /** A move that was made, on the wire. */
    record Moved(
            UUID release,
            String name,
            String version,
            String action,
            String from,
            String to,
            Instant at,
            String by,
            String byName,
            String note) {}

    /** Newest first, from the place {@code skip} on; of one release, or into or out of one channel, or all. */
    List<Moved> history(Handle handle, @Nullable UUID release, @Nullable String channel, long skip, int limit) {
        return handle.createQuery("""
                        select m.*, r.name, r.version, name_of_actor(m.moved_by, m.at) as by_name
                          from channel_move m join release r on r.tenant = m.tenant and r.id = m.release
                         where (cast(:release as uuid) is null or m.release = :release)
                           and (cast(:channel as text) is null or :channel in (m.from_channel, m.to_channel))
                         order by m.id desc limit :limit offset :skip""")
                .bind("release", release)
                .bind("channel", channel)
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> new Moved(
                        rs.getObject("release", UUID.class),
                        rs.getString("name"),
                        rs.getString("version"),
                        rs.getString("action"),
                        rs.getString("from_channel"),
                        rs.getString("to_channel"),
                        rs.getObject("at", OffsetDateTime.class).toInstant(),
                        rs.getString("moved_by"),
                        rs.getString("by_name"),
                        rs.getString("note")))
                .list();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
