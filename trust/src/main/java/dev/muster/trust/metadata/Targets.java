package dev.muster.trust.metadata;

import dev.muster.trust.json.Fields;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What may be installed, and who else may say so (specification 4.5). The top-level role and every delegated role have
 * this form.
 *
 * @param targets by path
 * @param custom Uptane's {@code custom} member of the document itself; opaque here
 */
public record Targets(
        long version,
        Instant expires,
        Map<String, TargetFile> targets,
        Delegations delegations,
        Map<String, @Nullable Object> custom)
        implements Metadata {
    public static final String TYPE = "targets";

    public Targets {
        targets = Collections.unmodifiableMap(new TreeMap<>(targets));
        custom = Collections.unmodifiableMap(new LinkedHashMap<>(custom));
    }

    @Override
    public String type() {
        return TYPE;
    }

    static Targets parse(Fields signed) {
        Metadata.checkHeader(TYPE, signed);
        Map<String, TargetFile> targets = new LinkedHashMap<>();
        Fields listed = signed.object("targets");
        listed.members().keySet().forEach(path -> targets.put(path, TargetFile.parse(listed.object(path))));
        return new Targets(
                signed.number("version", 1),
                signed.instant("expires"),
                targets,
                signed.has("delegations") ? Delegations.parse(signed.object("delegations")) : Delegations.NONE,
                signed.optionalMap("custom"));
    }

    @Override
    public Map<String, Object> toTree() {
        Map<String, Object> tree = Metadata.header(this);
        Map<String, Object> targetsTree = new TreeMap<>();
        targets.forEach((path, file) -> targetsTree.put(path, file.toTree()));
        tree.put("targets", targetsTree);
        if (!delegations.equals(Delegations.NONE)) {
            tree.put("delegations", delegations.toTree());
        }
        if (!custom.isEmpty()) {
            tree.put("custom", custom);
        }
        return tree;
    }
}
