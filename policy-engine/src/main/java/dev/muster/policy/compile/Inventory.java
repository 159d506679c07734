package dev.muster.policy.compile;

import dev.muster.policy.bundle.Cells;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.PermissionCatalog;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * App instances prepared for compiling many policies: requested permissions as bits, and which apps no selector but one by
 * bundle name can tell apart. Made once when apps are reported, not per policy. Immutable and thread-safe.
 */
public final class Inventory {
    private final List<AppInstance> apps;
    private final String[] bundles;
    private final long[] instances;
    private final String[] permissions;
    private final Map<String, Integer> columns;
    private final long[] requested;
    private final Cells.Grouping kinds;
    private final long[] requestedByKind;

    private Inventory(
            List<AppInstance> apps,
            String[] permissions,
            Map<String, Integer> columns,
            long[] requested,
            int[] kinds,
            int kindCount) {
        this.apps = apps;
        this.bundles = apps.stream().map(AppInstance::bundle).toArray(String[]::new);
        this.instances = apps.stream()
                .mapToLong(app -> ((long) app.key().user() << 32) | app.key().instance())
                .toArray();
        this.permissions = permissions;
        this.columns = columns;
        this.requested = requested;
        this.kinds = Cells.Grouping.of(kinds, kindCount);
        this.requestedByKind = requestedBy(this.kinds);
    }

    /** All that selectors and levels can see of an app but its bundle name. */
    private record Kind(String signer, List<String> labels, int user, Apl apl, List<String> acls) {}

    /** An inventory of apps in their order; permissions that are not defined are left out. */
    public static Inventory of(PermissionCatalog catalog, Collection<AppInstance> apps) {
        Set<String> names = new HashSet<>();
        apps.forEach(app -> names.addAll(app.requested()));
        String[] permissions = names.stream()
                .filter(name -> catalog.find(name).isPresent())
                .sorted()
                .toArray(String[]::new);
        Map<String, Integer> columns = HashMap.newHashMap(permissions.length);
        for (String name : permissions) {
            columns.put(name, columns.size());
        }
        int words = (permissions.length + 63) / 64;
        long[] requested = new long[apps.size() * words];
        int[] kinds = new int[apps.size()];
        Map<Kind, Integer> known = new HashMap<>();
        int row = 0;
        for (AppInstance app : apps) {
            for (String name : app.requested()) {
                Integer column = columns.get(name);
                if (column != null) {
                    requested[row * words + (column >>> 6)] |= 1L << column;
                }
            }
            Kind kind = new Kind(
                    app.signer(), List.copyOf(app.labels()), app.key().user(), app.apl(), List.copyOf(app.acls()));
            kinds[row++] = known.computeIfAbsent(kind, absent -> known.size());
        }
        return new Inventory(List.copyOf(apps), permissions, columns, requested, kinds, known.size());
    }

    public List<AppInstance> apps() {
        return apps;
    }

    String[] bundles() {
        return bundles;
    }

    long[] instances() {
        return instances;
    }

    String[] permissions() {
        return permissions;
    }

    int words() {
        return (permissions.length + 63) / 64;
    }

    long[] requested() {
        return requested;
    }

    /** The rows by kind; kinds are numbered as they come. */
    Cells.Grouping kinds() {
        return kinds;
    }

    /** Per kind what any app of it requests. */
    long[] requestedByKind() {
        return requestedByKind;
    }

    /** The same per class of rows. */
    long[] requestedBy(Cells.Grouping classes) {
        int words = words();
        long[] by = new long[classes.count() * words];
        for (int row = 0, from = 0; row < classes.ofRow().length; row++) {
            for (int at = classes.ofRow()[row] * words, end = at + words; at < end; at++, from++) {
                by[at] |= requested[from];
            }
        }
        return by;
    }

    /** The column of a permission, or -1 where no app requests it. */
    int column(String permission) {
        return columns.getOrDefault(permission, -1);
    }

    /** Bits of the columns that a set of permissions names. */
    long[] bits(Collection<String> names) {
        long[] bits = new long[words()];
        for (String name : names) {
            int column = column(name);
            if (column >= 0) {
                bits[column >>> 6] |= 1L << column;
            }
        }
        return bits;
    }
}
