package dev.muster.control.groups;

import dev.muster.control.access.Access;
import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ETags;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Groups for people and for the other features. Methods with a handle join the caller's transaction. Thread-safe. */
@Singleton
public final class GroupService {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int MAX_DESCRIPTION = 500;
    private static final int MAX_MEMBERS = 5_000;
    private static final int MAX_GROUPS = 1_000;

    private final GroupStore store;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Instance<GroupListener> listeners;
    private final Clock clock;

    GroupService(
            GroupStore store,
            DeviceService devices,
            AuditStore audit,
            TenantTransactions transactions,
            // Looked up late: who is told asks this service too.
            @Any Instance<GroupListener> listeners,
            Clock clock) {
        this.store = store;
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
        this.listeners = listeners;
        this.clock = clock;
    }

    /** The groups that the device is a member of, by name. */
    public List<String> of(Handle handle, DeviceId device) {
        return store.of(handle, device);
    }

    /** Every member of one of the groups, with those of them that it is in, by name. */
    public Map<DeviceId, List<String>> memberships(Handle handle, Collection<String> names) {
        return store.memberships(handle, names);
    }

    /** Whether there is such a group. */
    public boolean exists(Handle handle, TenantId tenant, String name) {
        return store.find(handle, Scope.wholeTenant(tenant), name).isPresent();
    }

    /** {@code to} is from now on in the static groups that {@code from} was in, and {@code from} in none of them. */
    public void takeOver(Handle handle, TenantId tenant, DeviceId from, DeviceId to) {
        Set<String> dynamic = store.dynamic(handle).keySet();
        for (String group : store.of(handle, from)) {
            if (!dynamic.contains(group)) {
                leave(handle, tenant, from, group);
                join(handle, tenant, to, group, clock.instant());
            }
        }
    }

    List<Group> list(Access access, String after, int limit) {
        return transactions.in(access.tenant(), handle -> store.list(handle, access.scope(), after, limit));
    }

    Group get(Access access, String name) {
        return transactions.in(access.tenant(), handle -> require(handle, access.scope(), name));
    }

    /** Makes a group: dynamic where it has a query, static with {@code members} otherwise. */
    Group create(Access access, String name, @Nullable String query, String description, List<String> members) {
        if (!NAME.matcher(name).matches()) {
            throw invalid("expected a `name` of letters, digits, '.', '_', '-', at most 64, found `" + name + "`");
        }
        checkDescription(description);
        boolean dynamic = query != null && !query.isBlank();
        if (dynamic && !members.isEmpty()) {
            throw invalid("expected either a `query` or `members`, found both");
        }
        Selector asked = query != null && dynamic ? query(query) : Selector.ALL;
        return transactions.in(access.tenant(), handle -> {
            devices.holdAll(handle);
            if (store.count(handle) >= MAX_GROUPS) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected at most " + MAX_GROUPS + " groups, found as many already");
            }
            Group group = new Group(
                    name,
                    dynamic ? Group.Kind.DYNAMIC : Group.Kind.STATIC,
                    asked.text(),
                    description,
                    0,
                    1,
                    clock.instant(),
                    access.caller().actor(),
                    access.caller().name());
            if (!store.insert(handle, group, asked.fields())) {
                throw new ProblemException(ProblemCode.ALREADY_EXISTS, "group `" + name + "` exists");
            }
            note(handle, access, "create", name, Map.of("query", asked.text(), "members", members));
            if (dynamic) {
                evaluate(handle, access.tenant(), name, asked);
            } else {
                visible(handle, access, members)
                        .forEach(id -> join(handle, access.tenant(), id, name, clock.instant()));
            }
            return require(handle, access.scope(), name);
        });
    }

    /** Changes description and query; the query of a dynamic group only, and never its kind. */
    Group edit(
            Access access, String name, @Nullable String query, @Nullable String description, Optional<Long> ifMatch) {
        if (description != null) {
            checkDescription(description);
        }
        Optional<Selector> asked = Optional.ofNullable(query).map(GroupService::query);
        return transactions.in(access.tenant(), handle -> {
            devices.holdAll(handle);
            Group before = require(handle, access.scope(), name);
            ETags.check(ifMatch, before.revision());
            if (asked.isPresent() && before.kind() == Group.Kind.STATIC) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected a dynamic group, found `" + name + "`, which lists its members");
            }
            Selector next = asked.orElseGet(() -> Selector.parse(before.query()));
            store.update(
                    handle, name, next.text(), next.fields(), description == null ? before.description() : description);
            if (!next.text().equals(before.query())) {
                evaluate(handle, access.tenant(), name, next);
            }
            Group after = require(handle, access.scope(), name);
            note(handle, access, "edit", name, Map.of("query", after.query(), "description", after.description()));
            return after;
        });
    }

    /** Devices that come to a static group and that go; each must be visible, or nothing changes. */
    Group members(Access access, String name, List<String> add, List<String> remove, Optional<Long> ifMatch) {
        return transactions.in(access.tenant(), handle -> {
            devices.holdAll(handle);
            Group before = require(handle, access.scope(), name);
            ETags.check(ifMatch, before.revision());
            if (before.kind() == Group.Kind.DYNAMIC) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected a static group, found `" + name + "`, whose query decides");
            }
            List<DeviceId> coming = visible(handle, access, add);
            List<DeviceId> going = visible(handle, access, remove);
            coming.forEach(id -> join(handle, access.tenant(), id, name, clock.instant()));
            going.forEach(id -> leave(handle, access.tenant(), id, name));
            store.touch(handle, name);
            note(handle, access, "members", name, Map.of("add", add, "remove", remove));
            return require(handle, access.scope(), name);
        });
    }

    /** Ends a group for which nothing is set any more. */
    void delete(Access access, String name, Optional<Long> ifMatch) {
        transactions.run(access.tenant(), handle -> {
            devices.holdAll(handle);
            Group before = require(handle, access.scope(), name);
            ETags.check(ifMatch, before.revision());
            if (store.hasSettings(handle, name)) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected a group without settings of its own, found `" + name
                                + "` with some: set `{}` for it first");
            }
            store.members(handle, name).forEach(id -> leave(handle, access.tenant(), id, name));
            store.delete(handle, name);
            note(handle, access, "delete", name, Map.of("query", before.query()));
        });
    }

    /** Puts one device into the dynamic groups that select it now, and out of the others; of those asked only. */
    void reconsider(Handle handle, DeviceRef device, Map<String, String> asked) {
        if (asked.isEmpty()) {
            return;
        }
        Set<String> selecting = new TreeSet<>(store.selecting(handle, device.device(), Queries.parsed(asked)));
        Set<String> held = new TreeSet<>(store.of(handle, device.device()));
        for (String group : asked.keySet()) {
            if (selecting.contains(group) && !held.contains(group)) {
                join(handle, device.tenant(), device.device(), group, clock.instant());
            } else if (!selecting.contains(group) && held.contains(group)) {
                leave(handle, device.tenant(), device.device(), group);
            }
        }
    }

    /** The one full evaluation: every device of the tenant against one query. */
    void evaluate(Handle handle, TenantId tenant, String group, Selector query) {
        Instant now = clock.instant();
        store.leave(handle, group, query)
                .forEach(id -> listeners.forEach(one -> one.left(handle, new DeviceRef(tenant, id), group)));
        store.enter(handle, group, query, now)
                .forEach(id -> listeners.forEach(one -> one.joined(handle, new DeviceRef(tenant, id), group)));
    }

    private void join(Handle handle, TenantId tenant, DeviceId device, String group, Instant now) {
        if (store.add(handle, group, device, now)) {
            listeners.forEach(one -> one.joined(handle, new DeviceRef(tenant, device), group));
        }
    }

    private void leave(Handle handle, TenantId tenant, DeviceId device, String group) {
        if (store.remove(handle, group, device)) {
            listeners.forEach(one -> one.left(handle, new DeviceRef(tenant, device), group));
        }
    }

    private List<DeviceId> visible(Handle handle, Access access, List<String> ids) {
        if (ids.size() > MAX_MEMBERS) {
            throw invalid("expected at most " + MAX_MEMBERS + " devices at once, found " + ids.size());
        }
        List<DeviceId> asked = new LinkedHashSet<>(ids)
                .stream()
                        .map(DeviceService::id)
                        .sorted(java.util.Comparator.comparing(DeviceId::value))
                        .toList();
        Set<DeviceId> visible = Set.copyOf(devices.visible(handle, access.scope(), asked));
        asked.stream().filter(id -> !visible.contains(id)).findFirst().ifPresent(id -> {
            throw DeviceService.notFound(id);
        });
        return asked;
    }

    private Group require(Handle handle, Scope scope, String name) {
        return store.find(handle, scope, name)
                .orElseThrow(() -> new ProblemException(ProblemCode.GROUP_NOT_FOUND, "no group `" + name + "`"));
    }

    /** A query that can decide membership: it says something, and the same thing until a device's data change. */
    static Selector query(String text) {
        Selector query = Selector.parse(text)
                .timeless()
                .without("group", "a group cannot ask for membership in a group, write its query here instead");
        if (query.selectsAll()) {
            throw invalid("expected a `query`, found nothing; a rollout without a selector reaches every device");
        }
        return query;
    }

    private static void checkDescription(String text) {
        if (text.length() > MAX_DESCRIPTION || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid("expected a `description` of at most " + MAX_DESCRIPTION
                    + " characters without control characters");
        }
    }

    private void note(Handle handle, Access access, String verb, String name, Map<String, ?> detail) {
        audit.append(handle, access.caller(), "group." + verb, "group/" + name, detail);
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
