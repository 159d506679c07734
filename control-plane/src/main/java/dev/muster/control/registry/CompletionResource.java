package dev.muster.control.registry;

import dev.muster.control.access.Access;
import dev.muster.control.access.DocumentStanding;
import dev.muster.control.access.Guard;
import dev.muster.control.access.QueryCompletion;
import dev.muster.control.access.QueryCompletion.Expected;
import dev.muster.control.access.QueryCompletion.Item;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.registry.CompletionStore.Indexed;
import dev.muster.control.registry.CompletionStore.Sampled;
import dev.muster.control.tenancy.TenantTransactions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestQuery;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What can come next in a device query. */
@Path("/devices/query/completions")
@RunOnVirtualThread
public class CompletionResource {
    private static final int MAX_TYPED = 2_000;

    private final Guard guard;
    private final TenantTransactions transactions;
    private final CompletionStore store;

    CompletionResource(Guard guard, TenantTransactions transactions, CompletionStore store) {
        this.guard = guard;
        this.transactions = transactions;
        this.store = store;
    }

    /** What {@code items} replace, as offsets from 0 into the query. */
    public record Answer(int from, int to, List<Entry> items) {
        /** One of them: what to put there, {@code field}, {@code operator}, {@code value} or {@code connector}, and why. */
        public record Entry(String text, String kind, String detail) {}
    }

    /** For the query {@code q} with the caret at {@code at}, its end if left out. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Answer complete(@RestQuery @Nullable String q, @RestQuery @Nullable Integer at) {
        Access access = guard.require(Role.VIEWER);
        String text = q == null ? "" : q.substring(0, Math.min(q.length(), MAX_TYPED));
        Expected expected = QueryCompletion.at(text, at == null ? text.length() : at);
        List<Item> items =
                switch (expected) {
                    case Expected.Words words -> words.items();
                    case Expected.Key key -> transactions.in(access.tenant(), handle -> keys(handle, access, key));
                    case Expected.Value value ->
                        transactions.in(access.tenant(), handle -> values(handle, access, value)).stream()
                                .map(known -> new Item(QueryCompletion.written(known), QueryCompletion.Kinds.VALUE, ""))
                                .toList();
                };
        return new Answer(
                expected.from(),
                expected.to(),
                items.stream()
                        .map(item -> new Answer.Entry(
                                item.text(), item.kind().name().toLowerCase(Locale.ROOT), item.detail()))
                        .toList());
    }

    private List<Item> keys(Handle handle, Access access, Expected.Key key) {
        Indexed column = key.field().equals("fact.") ? Indexed.FACT_KEY : Indexed.META_KEY;
        return store.indexed(handle, access.scope(), column, "", key.typed()).stream()
                .flatMap(known -> known.equals(key.typed())
                        // A whole key: what follows it.
                        ? Stream.of("==", "!=", "=in=", ">=", "<")
                                .map(operator ->
                                        new Item(key.field() + known + operator, QueryCompletion.Kinds.OPERATOR, ""))
                        : Stream.of(new Item(key.field() + known, QueryCompletion.Kinds.FIELD, "")))
                .toList();
    }

    private List<String> values(Handle handle, Access access, Expected.Value value) {
        String typed = value.typed();
        String field = value.field();
        if (field.startsWith("fact.")) {
            return store.indexed(handle, access.scope(), Indexed.FACT_TEXT, field.substring(5), typed);
        }
        if (field.startsWith("meta.")) {
            return store.indexed(handle, access.scope(), Indexed.META_TEXT, field.substring(5), typed);
        }
        return switch (field) {
            case "status" -> beginning(typed, "active", "pending", "retired", "suspended");
            case "online" -> beginning(typed, "true", "false");
            case "document" ->
                beginning(
                        typed,
                        Stream.of(DocumentStanding.values())
                                .map(DocumentStanding::word)
                                .toArray(String[]::new));
            case "lastSeen", "enrolledAt" -> beginning(typed, "PT1H", "P1D", "P7D");
            case "site" -> store.sites(handle, typed);
            case "group" -> store.groups(handle, typed);
            case "tag" -> store.indexed(handle, access.scope(), Indexed.TAG, "", typed);
            case "type" -> store.indexed(handle, access.scope(), Indexed.TYPE, "", typed);
            case "id" -> store.indexed(handle, access.scope(), Indexed.ID, "", typed);
            case "serial" -> store.indexed(handle, access.scope(), Indexed.SERIAL, "", typed);
            case "api" -> store.indexed(handle, access.scope(), Indexed.FACT_TEXT, "os.apiVersion", typed);
            case "name" -> store.sampled(handle, access.scope(), Sampled.NAME, typed);
            case "hardware" -> store.sampled(handle, access.scope(), Sampled.HARDWARE, typed);
            case "udid" -> store.sampled(handle, access.scope(), Sampled.UDID, typed);
            case "image" -> store.sampled(handle, access.scope(), Sampled.IMAGE, typed);
            case "policy" -> store.sampled(handle, access.scope(), Sampled.POLICY, typed);
            default -> List.of();
        };
    }

    private static List<String> beginning(String typed, String... words) {
        return Stream.of(words).filter(word -> word.startsWith(typed)).toList();
    }
}
