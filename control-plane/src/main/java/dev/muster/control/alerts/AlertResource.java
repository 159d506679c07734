package dev.muster.control.alerts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /alerts}: the book, for devices in scope. */
@Path("alerts")
@RunOnVirtualThread
public class AlertResource {
    private static final Pattern PLACE = Pattern.compile("[0-9TZ:.-]{1,40}/[0-9a-f]{1,64}");

    private final Guard guard;
    private final AlertBook book;

    AlertResource(Guard guard, AlertBook book) {
        this.guard = guard;
        this.book = book;
    }

    /** An alert and what happened to it. */
    public record Shown(Alert alert, List<AlertStep> steps) {
        public Shown {
            steps = List.copyOf(steps);
        }

        static Shown of(AlertBook.Detailed detailed) {
            return new Shown(detailed.alert(), detailed.steps());
        }
    }

    /** What whoever takes care has to say. */
    public record Acknowledgement(@Nullable String note) {}

    /**
     * Newest first. {@code state}: open, pending, firing, acknowledged, resolved, several separated by commas; {@code severity}
     * likewise; {@code devices} is a device query; {@code loud} leaves out what is inhibited or silenced.
     */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<Alert> list(
            @RestQuery @Nullable String state,
            @RestQuery @Nullable String severity,
            @RestQuery @Nullable String rule,
            @RestQuery @Nullable String devices,
            @RestQuery @Nullable Boolean loud,
            @RestQuery @Nullable Integer limit,
            @RestQuery @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        String after = Cursor.decode(cursor).orElse("");
        if (!after.isEmpty() && !PLACE.matcher(after).matches()) {
            throw new ProblemException(ProblemCode.INVALID_CURSOR, "expected a cursor from an earlier page");
        }
        AlertFilter filter = AlertFilter.of(state, severity, rule, devices, Boolean.TRUE.equals(loud));
        return Page.of(book.list(access, filter, after, size + 1), size, alert -> alert.since() + "/" + alert.id());
    }

    /** How many are open. */
    @GET
    @Path("counts")
    @RequiresRole(Role.VIEWER)
    public AlertCounts counts() {
        return book.counts(guard.require(Role.VIEWER));
    }

    /** What fires, by rule and site: one lost link is one entry. */
    @GET
    @Path("groups")
    @RequiresRole(Role.VIEWER)
    public Page<AlertGroup> groups() {
        return Page.whole(book.groups(guard.require(Role.VIEWER)));
    }

    /** One alert. */
    @GET
    @Path("{id}")
    @RequiresRole(Role.VIEWER)
    public Shown get(String id) {
        return Shown.of(book.get(guard.require(Role.VIEWER), id));
    }

    /** Somebody takes care of it. */
    @POST
    @Path("{id}/acknowledge")
    @RequiresRole(Role.OPERATOR)
    public Shown acknowledge(String id, @Nullable Acknowledgement body) {
        String note = body == null || body.note() == null ? "" : body.note();
        return Shown.of(book.acknowledge(guard.require(Role.OPERATOR), id, note));
    }
}
