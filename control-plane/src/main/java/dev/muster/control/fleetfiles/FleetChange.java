package dev.muster.control.fleetfiles;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that differs from the files; also its form on the wire.
 *
 * @param file where it is written; null for what goes
 * @param line the same
 * @param devices how many it concerns after the change; null where that is no question, or where nothing was tried
 * @param note what else there is to know, such as that a second person has to agree
 */
public record FleetChange(
        String kind,
        String name,
        Action action,
        List<Field> fields,
        @Nullable String file,
        @Nullable Integer line,
        @Nullable Long devices,
        @Nullable String note) {
    public FleetChange {
        fields = List.copyOf(fields);
    }

    /** What is to happen. */
    public enum Action {
        NONE,
        CREATE,
        CHANGE,
        DELETE
    }

    /** One part of it, as text; null: not there. */
    public record Field(
            String name, @Nullable String before, @Nullable String after) {}

    /** Collects parts that differ. */
    public static final class Fields {
        private final List<Field> fields = new ArrayList<>();

        /** Notes a part, where it differs. */
        public Fields add(String name, @Nullable Object before, @Nullable Object after) {
            if (!Objects.equals(before, after)) {
                fields.add(new Field(name, text(before), text(after)));
            }
            return this;
        }

        /** Those that differ. */
        public List<Field> list() {
            return List.copyOf(fields);
        }

        private static @Nullable String text(@Nullable Object value) {
            return value == null ? null : value.toString();
        }
    }
}
