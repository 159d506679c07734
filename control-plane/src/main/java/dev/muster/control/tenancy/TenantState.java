package dev.muster.control.tenancy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** How a tenant stands: column {@code state} of its row. */
public enum TenantState {
    /** Everybody goes on. */
    ACTIVE,
    /** Nobody comes in and nothing moves; everything is kept. */
    SUSPENDED,
    /** As suspended; what it has goes, or will once the grace is over. */
    DELETING,
    /** Only its name is left, and for a time its audit trail. */
    DELETED;

    /** Asks how the tenant of the transaction stands; no row for one that is not there. */
    public static Question<TenantState> question() {
        return new Question<>(
                "select state from tenant where tenant = current_tenant()",
                List.of(),
                rows -> parse(rows.getString("state")));
    }

    /** The same at once. */
    public static Optional<TenantState> of(Handle handle) {
        return Trip.first(handle, question());
    }

    /** As it stands in the row and on the wire. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Inverse of {@link #text}. */
    public static TenantState parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
