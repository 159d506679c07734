package dev.muster.control.outbox;

import dev.muster.control.tracing.Tracing;
import dev.muster.protocol.trace.Traceparent;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows that become Kafka records after the commit. */
@Singleton
public final class OutboxStore {
    static final int SHARDS = 16;

    private static final int LOCK_SPACE = 0x6d73_7472;

    private final Tracing tracing;

    OutboxStore(Tracing tracing) {
        this.tracing = tracing;
    }

    /**
     * Appends one record to the caller's transaction. Records of one key keep the order of their transactions as long
     * as these lock a common row, such as the device's; consumers drop what carries a lower generation.
     */
    public void append(Handle handle, String topic, String key, byte[] payload) {
        handle.createUpdate("insert into outbox (shard, topic, key, payload, trace) "
                        + "values (:shard, :topic, :key, :payload, :trace)")
                .bind("shard", shard(key))
                .bind("topic", topic)
                .bind("key", key)
                .bind("payload", payload)
                .bind("trace", tracing.current().map(Traceparent::text).orElse(null))
                .execute();
    }

    /** Appends a record without a value: what a compacted topic holds under the key is forgotten. */
    public void appendEnd(Handle handle, String topic, String key) {
        handle.createUpdate("insert into outbox (shard, topic, key, payload) values (:shard, :topic, :key, null)")
                .bind("shard", shard(key))
                .bind("topic", topic)
                .bind("key", key)
                .execute();
    }

    /** Appends records as {@link #append(Handle, String, String, byte[])} does, in this order, at the cost of one. */
    public void append(Handle handle, List<Message> messages) {
        if (messages.isEmpty()) {
            return;
        }
        // Base64, for the driver knows no arrays of bytes.
        Base64.Encoder base64 = Base64.getEncoder();
        handle.createUpdate("insert into outbox (shard, topic, key, payload, trace) "
                        + "select shard, topic, key, decode(payload, 'base64'), nullif(trace, '') "
                        + "from unnest(:shards, :topics, :keys, :payloads, :traces) with ordinality "
                        + "as m (shard, topic, key, payload, trace, place) order by place")
                .bind(
                        "shards",
                        messages.stream().map(message -> shard(message.key)).toArray(Integer[]::new))
                .bind("topics", messages.stream().map(message -> message.topic).toArray(String[]::new))
                .bind("keys", messages.stream().map(message -> message.key).toArray(String[]::new))
                .bind(
                        "payloads",
                        messages.stream()
                                .map(message -> base64.encodeToString(message.payload))
                                .toArray(String[]::new))
                .bind(
                        "traces",
                        messages.stream()
                                .map(message ->
                                        message.trace.map(Traceparent::text).orElse(""))
                                .toArray(String[]::new))
                .execute();
    }

    /** A record to be. The payload must not be changed afterwards. */
    public static final class Message {
        private final String topic;
        private final String key;
        private final byte[] payload;
        private final Optional<Traceparent> trace;

        public Message(String topic, String key, byte[] payload) {
            this(topic, key, payload, Optional.empty());
        }

        /** The same where what follows from it is traced. */
        public Message(String topic, String key, byte[] payload, Optional<Traceparent> trace) {
            this.trace = trace;
            this.topic = topic;
            this.key = key;
            this.payload = payload;
        }
    }

    static int shard(String key) {
        CRC32 crc = new CRC32();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % SHARDS);
    }

    /** Takes the shard for as long as the connection lives; false if another relay has it. */
    boolean tryLock(Handle jobs, int shard) {
        return jobs.createQuery("select pg_try_advisory_lock(:space, :shard)")
                .bind("space", LOCK_SPACE)
                .bind("shard", shard)
                .mapTo(Boolean.class)
                .one();
    }

    /** Frees every shard this connection holds. */
    void unlockAll(Handle jobs) {
        jobs.execute("select pg_advisory_unlock_all()");
    }

    /** The oldest {@code limit} rows of the shards, in id order. */
    List<Row> oldest(Handle jobs, Integer[] shards, int limit) {
        return jobs.createQuery(
                        "select id, topic, key, payload, trace from outbox where shard = any(:shards) order by id limit :limit")
                .bind("shards", shards)
                .bind("limit", limit)
                .map((rs, context) -> new Row(
                        rs.getLong("id"),
                        rs.getString("topic"),
                        rs.getString("key"),
                        rs.getBytes("payload"),
                        rs.getString("trace")))
                .list();
    }

    /** Whether Kafka has everything; with the role for jobs. */
    public boolean isEmpty(Handle jobs) {
        return jobs.createQuery("select not exists (select 1 from outbox)")
                .mapTo(Boolean.class)
                .one();
    }

    /** Forgets what Kafka has. */
    void delete(Handle jobs, Long[] ids) {
        jobs.createUpdate("delete from outbox where id = any(:ids)")
                .bind("ids", ids)
                .execute();
    }

    /** One record that waits; the payload is never changed after it was read; null for one without a value. */
    static final class Row {
        private final long id;
        private final String topic;
        private final String key;
        private final byte @Nullable [] payload;
        private final @Nullable String trace;

        Row(long id, String topic, String key, byte @Nullable [] payload, @Nullable String trace) {
            this.trace = trace;
            this.id = id;
            this.topic = topic;
            this.key = key;
            this.payload = payload;
        }

        long id() {
            return id;
        }

        String topic() {
            return topic;
        }

        String key() {
            return key;
        }

        byte @Nullable [] payload() {
            return payload;
        }

        Optional<Traceparent> trace() {
            return Traceparent.find(trace);
        }
    }
}
