package dev.muster.control.audit;

import dev.muster.protocol.audit.AuditRow;
import java.util.Optional;

/** What a place in the table {@code audit} holds. */
sealed interface Content {
    /** A row. */
    record Row(AuditRow row) implements Content {}

    /** A row that nothing of this product wrote: it cannot be read. */
    record Unreadable(String why) implements Content {}

    /** Nothing any more. */
    record Gone() implements Content {}

    /** The row, if there is one and it can be read. */
    default Optional<AuditRow> readable() {
        return this instanceof Row row ? Optional.of(row.row()) : Optional.empty();
    }
}
