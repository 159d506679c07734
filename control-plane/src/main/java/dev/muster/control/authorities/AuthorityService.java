package dev.muster.control.authorities;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.authorities.IssuedStore.Held;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.deviceapi.DeviceApiConfig;
import dev.muster.control.enrolment.AuthorityView;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Changes authorities for people, each change with its audit row. Thread-safe. */
@Singleton
final class AuthorityService {
    private final CertificateAuthority authority;
    private final IssuedStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Times times;

    AuthorityService(
            CertificateAuthority authority,
            IssuedStore store,
            AuditStore audit,
            TenantTransactions transactions,
            Times times) {
        this.authority = authority;
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
        this.times = times;
    }

    /** The clock, and what is configured. */
    @Singleton
    record Times(Clock clock, DeviceApiConfig device, MusterConfig server) {}

    /** An authority, and what still hangs on it. */
    public record Shown(AuthorityView authority, long devices, long certificates) {}

    List<Shown> list(Access access) {
        requireServers(access);
        Map<String, Held> held = held();
        return authority.all().stream().map(view -> shown(view, held)).toList();
    }

    String request(Access access) {
        requireServers(access);
        return noted(access, "request", "authority/" + next(), Map.of(), authority::request);
    }

    synchronized Shown install(Access access, String chain) {
        requireServers(access);
        return one(noted(access, "install", "authority/" + next(), Map.of(), () -> authority.install(chain)));
    }

    synchronized Shown rotate(Access access, boolean newRoot) {
        requireServers(access);
        return one(noted(
                access, "rotate", "authority/" + next(), Map.of("newRoot", newRoot), () -> authority.rotate(newRoot)));
    }

    private int next() {
        return authority.all().size() + 1;
    }

    Shown retire(Access access, String id, boolean force) {
        requireServers(access);
        AuthorityView view = authority.all().stream()
                .filter(known -> known.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "no authority `" + id + "`"));
        Held held = held().getOrDefault(id, Held.NOTHING);
        if (view.state() == AuthorityView.State.RETIRED) {
            return shown(view, Map.of());
        }
        if (view.state() == AuthorityView.State.ISSUING) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "expected another authority than `" + id + "`, which issues: `muster ca rotate` first");
        }
        if (!force && held.devices() > 0) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "expected no device whose newest certificate is of authority `" + id + "`, found " + held.devices()
                            + ": they renew by themselves, the last certificate ends at " + held.lastEnds()
                            + "; with `force` they enrol anew");
        }
        noted(access, "retire", "authority/" + id, Map.of("force", force, "devices", held.devices()), () -> {
            authority.retire(id);
            return id;
        });
        return one(id);
    }

    /** Ends every former authority whose last certificate can no longer even be renewed. */
    @Scheduled(every = "1h", delayed = "10m")
    void retireEnded() {
        if (!times.server().has(ServerRole.WORKER)) {
            return;
        }
        Map<String, Held> held = held();
        for (AuthorityView view : authority.all()) {
            if (view.state() == AuthorityView.State.FORMER
                    && held.getOrDefault(view.id(), Held.NOTHING).certificates() == 0) {
                transactions.run(TenantId.DEFAULT, handle -> {
                    audit.append(
                            handle,
                            new Caller.Server(TenantId.DEFAULT, "authorities"),
                            "authority.retire",
                            "authority/" + view.id(),
                            Map.of("reason", "its last certificate ended"));
                    authority.retire(view.id());
                });
            }
        }
    }

    /** The row first, so that a change without one cannot be; a change that is refused takes its row along. */
    private String noted(Access access, String verb, String object, Map<String, ?> detail, Supplier<String> change) {
        return transactions.in(access.tenant(), handle -> {
            audit.append(handle, access.caller(), "authority." + verb, object, detail);
            return change.get();
        });
    }

    private Shown one(String id) {
        Map<String, Held> held = held();
        return authority.all().stream()
                .filter(view -> view.id().equals(id))
                .map(view -> shown(view, held))
                .findFirst()
                .orElseThrow();
    }

    private static Shown shown(AuthorityView view, Map<String, Held> held) {
        Held what = held.getOrDefault(view.id(), Held.NOTHING);
        return new Shown(view, what.devices(), what.certificates());
    }

    private Map<String, Held> held() {
        Instant ended = times.clock().instant().minus(times.device().renewGrace());
        Map<String, Held> all = new HashMap<>();
        for (TenantId tenant : transactions.tenants()) {
            transactions
                    .in(tenant, handle -> store.held(handle, ended))
                    .forEach((id, held) -> all.merge(id, held, Held::and));
        }
        return all;
    }

    private static void requireServers(Access access) {
        if (!access.tenant().equals(TenantId.DEFAULT)) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN,
                    "expected an administrator of tenant `" + TenantId.DEFAULT
                            + "`: the certificate authority is the server's");
        }
    }
}
