package dev.muster.control.tenants;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** In which order tables can be emptied: what refers to something goes before it. Pure. */
final class DeletionOrder {
    private DeletionOrder() {}

    /** {@code from} has a foreign key to {@code to}. */
    record Reference(String from, String to) {}

    /** All tables; those that nothing refers to first. A table that refers to itself is no hindrance. */
    static List<String> of(Collection<String> tables, Collection<Reference> references) {
        Set<String> left = new TreeSet<>(tables);
        List<String> order = new ArrayList<>();
        while (!left.isEmpty()) {
            Set<String> free = new LinkedHashSet<>(left);
            references.stream()
                    .filter(reference -> !reference.from().equals(reference.to()) && left.contains(reference.from()))
                    .forEach(reference -> free.remove(reference.to()));
            if (free.isEmpty()) {
                throw new IllegalStateException(
                        "expected tables that can be emptied one after the other, found a circle among " + left);
            }
            order.addAll(free);
            left.removeAll(free);
        }
        return order;
    }
}
