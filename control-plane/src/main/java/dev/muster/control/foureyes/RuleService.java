package dev.muster.control.foureyes;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ETags;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The rule itself: made stronger at once, made weaker by two administrators. Thread-safe. */
@Singleton
final class RuleService implements CriticalChange {
    private static final String WEAKEN = "four-eyes.weaken";
    private static final String OBJECT = "four-eyes";

    private final FourEyesStore store;
    private final FourEyesService requests;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    RuleService(
            FourEyesStore store,
            FourEyesService requests,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.requests = requests;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The rule in force, and the wish to make it weaker that waits. */
    record Shown(FourEyesRule rule, Optional<FourEyesRequest> pending) {}

    Shown get(Access access) {
        return transactions.in(access.tenant(), this::shown);
    }

    /** What is added counts from now on; what is dropped counts until a second administrator agreed. */
    Shown put(Access access, Set<Critical> wanted, Optional<Long> ifMatch) {
        return transactions.in(access.tenant(), handle -> {
            FourEyesRule rule = store.lockRule(handle);
            ETags.check(ifMatch, rule.revision());
            Set<Critical> added = rule.addedBy(wanted);
            Set<Critical> dropped = rule.droppedBy(wanted);
            if (!added.isEmpty()) {
                Set<Critical> kinds = EnumSet.copyOf(added);
                kinds.addAll(rule.kinds());
                save(handle, access, kinds, Map.of("on", FourEyesRule.texts(added)));
            }
            if (!dropped.isEmpty()) {
                List<String> off = FourEyesRule.texts(dropped);
                requests.ask(
                        handle,
                        access,
                        new FourEyesService.Ask(
                                WEAKEN,
                                OBJECT,
                                "one person is enough for " + String.join(", ", off),
                                Map.of("off", off)));
            }
            return shown(handle);
        });
    }

    @Override
    public String kind() {
        return WEAKEN;
    }

    @Override
    public Role role() {
        return Role.ADMIN;
    }

    @Override
    public void carryOut(Handle handle, Access second, JsonObject change) {
        Set<Critical> left = EnumSet.noneOf(Critical.class);
        left.addAll(store.lockRule(handle).kinds());
        change.strings("off").forEach(text -> Critical.parse(text).ifPresent(left::remove));
        save(handle, second, left, Map.of("off", change.strings("off")));
    }

    private Shown shown(Handle handle) {
        return new Shown(store.rule(handle), requests.waiting(handle, WEAKEN, OBJECT));
    }

    private void save(Handle handle, Access access, Set<Critical> kinds, Map<String, ?> detail) {
        store.putRule(handle, kinds, access.caller().actor(), clock.instant());
        audit.append(handle, access.caller(), "four-eyes.set", OBJECT, detail);
    }
}
