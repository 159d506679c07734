package dev.muster.trust.metadata;

import dev.muster.trust.TrustException;
import dev.muster.trust.json.Fields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which versions of all targets files belong together (specification 4.4).
 *
 * @param files by role name: {@code targets} and every delegated role
 */
public record Snapshot(long version, Instant expires, Map<String, MetaFile> files) implements Metadata {
    public static final String TYPE = "snapshot";
    private static final String SUFFIX = ".json";

    public Snapshot {
        files = Map.copyOf(files);
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** What the snapshot says about a role; a role that it does not list is never fetched. */
    public MetaFile file(String role) {
        MetaFile file = files.get(role);
        if (file == null) {
            throw new TrustException.NotFound(role, "the snapshot");
        }
        return file;
    }

    static Snapshot parse(Fields signed) {
        Metadata.checkHeader(TYPE, signed);
        Map<String, MetaFile> files = new LinkedHashMap<>();
        Fields meta = signed.object("meta");
        for (String name : meta.members().keySet()) {
            if (name.endsWith(SUFFIX)) {
                files.put(name.substring(0, name.length() - SUFFIX.length()), MetaFile.parse(meta.object(name)));
            }
        }
        return new Snapshot(signed.number("version", 1), signed.instant("expires"), files);
    }

    @Override
    public Map<String, Object> toTree() {
        Map<String, Object> tree = Metadata.header(this);
        Map<String, Object> meta = new TreeMap<>();
        files.forEach((role, file) -> meta.put(role + SUFFIX, file.toTree()));
        tree.put("meta", meta);
        return tree;
    }
}
