package dev.muster.trust.metadata;

import dev.muster.trust.json.Fields;
import java.time.Instant;
import java.util.Map;

/** The one file that is polled: which snapshot is the newest (specification 4.6). */
public record Timestamp(long version, Instant expires, MetaFile snapshot) implements Metadata {
    public static final String TYPE = "timestamp";
    private static final String SNAPSHOT_FILE = "snapshot.json";

    @Override
    public String type() {
        return TYPE;
    }

    static Timestamp parse(Fields signed) {
        Metadata.checkHeader(TYPE, signed);
        return new Timestamp(
                signed.number("version", 1),
                signed.instant("expires"),
                MetaFile.parse(signed.object("meta").object(SNAPSHOT_FILE)));
    }

    @Override
    public Map<String, Object> toTree() {
        Map<String, Object> tree = Metadata.header(this);
        tree.put("meta", Map.of(SNAPSHOT_FILE, snapshot.toTree()));
        return tree;
    }
}
