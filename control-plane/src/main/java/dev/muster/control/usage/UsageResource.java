package dev.muster.control.usage;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /policy/usage} and {@code /policy/shadow}. */
@Path("/policy")
@RunOnVirtualThread
public class UsageResource {
    private static final int MOST_DAYS = 60;
    private static final List<String> BEGINNING = List.of("", "", "0", "0", "");

    private final Guard guard;
    private final TenantTransactions transactions;
    private final DeviceService devices;
    private final UsageStore store;
    private final ShadowStore shadows;
    private final SuggestionService suggestions;

    UsageResource(
            Guard guard,
            TenantTransactions transactions,
            DeviceService devices,
            UsageStore store,
            ShadowStore shadows,
            SuggestionService suggestions) {
        this.guard = guard;
        this.transactions = transactions;
        this.devices = devices;
        this.store = store;
        this.shadows = shadows;
        this.suggestions = suggestions;
    }

    /** How often apps asked for permissions, by device, app and permission. */
    @GET
    @Path("/usage")
    @RequiresRole(Role.VIEWER)
    public Page<UsageRow> usage(
            @QueryParam("device") @Nullable String device,
            @QueryParam("bundle") @Nullable String bundle,
            @QueryParam("permission") @Nullable String permission,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        List<String> after = Cursor.decode(cursor).map(UsageResource::place).orElse(BEGINNING);
        UsageStore.Asked asked = new UsageStore.Asked(given(device), given(bundle), given(permission));
        return transactions.in(access.tenant(), handle -> {
            asked.device().ifPresent(id -> devices.require(handle, access.scope(), DeviceService.id(id)));
            return Page.of(
                    store.list(handle, access.scope(), asked, after, size + 1),
                    size,
                    row -> String.join(
                            "\n",
                            row.device(),
                            row.bundle(),
                            Integer.toString(row.user()),
                            Integer.toString(row.instance()),
                            row.permission()));
        });
    }

    /** Grants that nobody needed for {@code days} days, 30 unless told otherwise. */
    @GET
    @Path("/usage/suggestions")
    @RequiresRole(Role.VIEWER)
    public Page<Suggestion> suggestions(@QueryParam("days") @Nullable Integer days) {
        Access access = guard.require(Role.VIEWER);
        int span = days == null ? 30 : days;
        if (span < 1 || span > MOST_DAYS) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "expected `days` from 1 to " + MOST_DAYS + ", found " + span);
        }
        return Page.whole(suggestions.suggestions(access, span));
    }

    /**
     * The answer of {@code GET /policy/shadow}.
     *
     * @param version that is watched, or was last; null if none ever was
     * @param active whether a device is to watch it now
     * @param devicesHolding devices that say they watch it
     */
    public record ShadowAnswer(
            @Nullable Long version, boolean active, long devicesHolding, List<ShadowStore.Disagreement> disagreements) {
        public ShadowAnswer {
            disagreements = List.copyOf(disagreements);
        }
    }

    /** What the watched policy would have answered otherwise, most questions first. */
    @GET
    @Path("/shadow")
    @RequiresRole(Role.VIEWER)
    public ShadowAnswer shadow(@QueryParam("limit") @Nullable Integer limit) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        return transactions.in(access.tenant(), handle -> {
            Optional<Long> now = shadows.version(handle, access.scope());
            Optional<Long> version = now.or(() -> shadows.lastVersion(handle, access.scope()));
            return new ShadowAnswer(
                    version.orElse(null),
                    now.isPresent(),
                    version.map(number -> shadows.holding(handle, access.scope(), number))
                            .orElse(0L),
                    version.map(number -> shadows.disagreements(handle, access.scope(), number, size))
                            .orElse(List.of()));
        });
    }

    private static Optional<String> given(@Nullable String text) {
        return Optional.ofNullable(text).filter(value -> !value.isEmpty());
    }

    private static List<String> place(String cursor) {
        List<String> parts = List.of(cursor.split("\n", -1));
        if (parts.size() != BEGINNING.size()
                || !parts.get(2).matches("\\d{1,9}")
                || !parts.get(3).matches("\\d{1,9}")) {
            throw new ProblemException(ProblemCode.INVALID_CURSOR, "expected a cursor from an earlier page");
        }
        return parts;
    }
}
