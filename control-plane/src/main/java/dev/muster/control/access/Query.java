package dev.muster.control.access;

import java.util.List;

/** A device query as it was read: what is compared, and where each token stands (offsets from 0). Immutable. */
sealed interface Query {
    /** All parts hold. */
    record And(List<Query> parts) implements Query {
        public And {
            parts = List.copyOf(parts);
        }
    }

    /** At least one part holds. */
    record Or(List<Query> parts) implements Query {
        public Or {
            parts = List.copyOf(parts);
        }
    }

    /**
     * One field against one value or, for {@code =in=} and {@code =out=}, several.
     *
     * @param at offset of the field
     * @param operatorAt offset of the operator
     */
    record Comparison(String field, int at, QueryOperator operator, int operatorAt, List<Value> values)
            implements Query {
        public Comparison {
            values = List.copyOf(values);
        }
    }

    /** A value without its quotes, and the offset where it starts. */
    record Value(String text, int at) {}
}
