package dev.muster.control.alerts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Scope;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.jobs.Retention;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * What streams told of alerts, and what people made of it. INVARIANT (forward only): an alert goes from pending to firing to
 * acknowledged to resolved, some left out, never back; what comes twice changes nothing. Thread-safe.
 */
@Singleton
public final class AlertBook implements Retention {
    private static final int LONGEST_NOTE = 500;

    private final AlertStore store;
    private final SilenceStore silences;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final ChangeFeed feed;
    private final AlertsConfig config;
    private final Clock clock;

    AlertBook(
            AlertStore store,
            SilenceStore silences,
            AuditStore audit,
            TenantTransactions transactions,
            ChangeFeed feed,
            AlertsConfig config,
            Clock clock) {
        this.store = store;
        this.silences = silences;
        this.audit = audit;
        this.transactions = transactions;
        this.feed = feed;
        this.config = config;
        this.clock = clock;
    }

    /** An alert with what happened to it. */
    record Detailed(Alert alert, List<AlertStep> steps) {
        Detailed {
            steps = List.copyOf(steps);
        }
    }

    List<Alert> list(Access access, AlertFilter filter, String after, int limit) {
        return transactions.in(access.tenant(), handle -> store.list(handle, access.scope(), filter, after, limit));
    }

    AlertCounts counts(Access access) {
        return AlertCounts.of(transactions.in(access.tenant(), handle -> store.counts(handle, access.scope())));
    }

    List<AlertGroup> groups(Access access) {
        return transactions.in(access.tenant(), handle -> store.groups(handle, access.scope()));
    }

    Detailed get(Access access, String id) {
        return transactions.in(access.tenant(), handle -> detailed(handle, access.scope(), id));
    }

    private Detailed detailed(Handle handle, Scope scope, String id) {
        Alert alert = store.find(handle, scope, id)
                .orElseThrow(() ->
                        new ProblemException(ProblemCode.ALERT_NOT_FOUND, "no alert `" + id + "` is visible to you"));
        return new Detailed(alert, store.steps(handle, id));
    }

    /** Somebody takes care of a firing alert. */
    Detailed acknowledge(Access access, String id, String note) {
        if (note.length() > LONGEST_NOTE) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a `note` of at most " + LONGEST_NOTE + " characters, found " + note.length());
        }
        Detailed after = transactions.in(access.tenant(), handle -> {
            Alert before = detailed(handle, access.scope(), id).alert();
            Instant now = clock.instant();
            if (!store.acknowledge(handle, id, access.caller().actor(), now)) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected alert `" + id + "` to be firing, found it " + before.state());
            }
            store.step(handle, List.of(id), "acknowledged", access.caller().actor(), note, now);
            audit.append(
                    handle,
                    access.caller(),
                    "alert.acknowledge",
                    "device/" + before.device(),
                    Map.of("alert", id, "rule", before.rule(), "note", note));
            return detailed(handle, access.scope(), id);
        });
        feed.alert(access.tenant(), id);
        return after;
    }

    /** Takes over what streams found; the same twice changes nothing. */
    void told(DeviceRef device, AlertNews news) {
        List<String> touched = new ArrayList<>();
        transactions.run(device.tenant(), handle -> {
            switch (news.state()) {
                case PENDING -> open(handle, device, news, touched);
                case FIRING -> {
                    open(handle, device, news, touched);
                    fire(handle, device, news, touched);
                }
                case RESOLVED -> resolve(handle, news, touched);
            }
        });
        touched.stream().distinct().forEach(id -> feed.alert(device.tenant(), id));
    }

    private void open(Handle handle, DeviceRef device, AlertNews news, List<String> touched) {
        if (store.open(handle, device.device(), news)) {
            store.step(handle, List.of(news.id()), "pending", "", news.detail(), news.since());
            touched.add(news.id());
        }
    }

    private void fire(Handle handle, DeviceRef device, AlertNews news, List<String> touched) {
        Instant now = clock.instant();
        if (!store.fire(handle, news, now.plus(config.settle()))) {
            return;
        }
        store.step(handle, List.of(news.id()), "firing", "", news.detail(), news.at());
        touched.add(news.id());
        List<String> explained = store.inhibit(handle, device.device().value());
        // It may itself hang on a device that is away.
        store.find(handle, Scope.wholeTenant(device.tenant()), news.id())
                .map(Alert::gateway)
                .filter(gateway -> !gateway.isEmpty())
                .ifPresent(gateway -> touched.addAll(explain(handle, store.inhibit(handle, gateway), now)));
        touched.addAll(explain(handle, explained, now));
        silences.active(handle, now).forEach(silence -> touched.addAll(silence(handle, silence, now)));
    }

    private List<String> explain(Handle handle, List<String> ids, Instant now) {
        store.step(handle, ids, "inhibited", "", "", now);
        return ids;
    }

    private void resolve(Handle handle, AlertNews news, List<String> touched) {
        Instant now = clock.instant();
        if (store.resolve(handle, news, now)) {
            store.step(handle, List.of(news.id()), "resolved", "", news.detail(), news.at());
            List<String> free = store.uninhibit(handle, news.id(), now.plus(config.settle()));
            store.step(handle, free, "uninhibited", "", "", now);
            touched.addAll(free);
        }
        touched.add(news.id());
    }

    /** Marks what a silence covers, in the caller's transaction. */
    List<String> silence(Handle handle, Silence silence, Instant now) {
        List<String> quiet = store.silence(
                handle,
                silence.id(),
                silence.rule(),
                dev.muster.control.access.Selector.parse(silence.selector()).where("d", "s_"));
        store.step(handle, quiet, "silenced", "", silence.reason(), now);
        return quiet;
    }

    /** Takes the marks of silences that are over, in the caller's transaction. */
    List<String> unsilence(Handle handle, Instant now) {
        List<String> loud = store.unsilence(handle, now);
        store.step(handle, loud, "unsilenced", "", "", now);
        return loud;
    }

    /** Alerts that channels have to be told of together, those of one rule at one site. */
    public record Due(String rule, String site, boolean over, List<Alert> alerts) {
        public Due {
            alerts = List.copyOf(alerts);
        }
    }

    /**
     * Hands what is due to {@code take}, in one transaction that marks it as told; true if there may be more. Silences that are over
     * are taken off first.
     */
    public boolean tell(TenantId tenant, int most, Consumer<Telling> take) {
        Instant now = clock.instant();
        List<String> touched = new ArrayList<>();
        boolean more = transactions.in(tenant, handle -> {
            touched.addAll(unsilence(handle, now));
            boolean full = false;
            for (boolean over : new boolean[] {false, true}) {
                List<Alert> untold = store.untold(handle, over, now, most);
                if (!untold.isEmpty()) {
                    groups(untold, over).forEach(due -> take.accept(new Telling(handle, due)));
                    store.told(handle, untold.stream().map(Alert::id).toList(), over);
                }
                full |= untold.size() == most;
            }
            return full;
        });
        touched.forEach(id -> feed.alert(tenant, id));
        return more;
    }

    /** What is due, and the transaction in which it is told. */
    public record Telling(Handle handle, Due due) {}

    /** Notes in the book that channels were told, in the caller's transaction. */
    public void noteTold(Handle handle, Due due, String channels) {
        store.step(
                handle,
                due.alerts().stream().map(Alert::id).toList(),
                "told",
                "",
                (due.over() ? "over: " : "") + channels,
                clock.instant());
    }

    /** Neighbours in the order of the query belong together. */
    private static List<Due> groups(List<Alert> alerts, boolean over) {
        List<Due> groups = new ArrayList<>();
        List<Alert> group = new ArrayList<>();
        for (Alert alert : alerts) {
            if (!group.isEmpty()
                    && !(group.getFirst().rule().equals(alert.rule())
                            && group.getFirst().site().equals(alert.site()))) {
                groups.add(due(group, over));
                group.clear();
            }
            group.add(alert);
        }
        if (!group.isEmpty()) {
            groups.add(due(group, over));
        }
        return groups;
    }

    private static Due due(List<Alert> group, boolean over) {
        return new Due(group.getFirst().rule(), group.getFirst().site(), over, group);
    }

    @Override
    public String what() {
        return "old alerts";
    }

    @Override
    public void forget(TenantId tenant) {
        Instant before = clock.instant().minus(config.keep());
        transactions.run(tenant, handle -> {
            store.forget(handle, before);
            silences.forget(handle, before);
        });
    }
}
