package dev.muster.control.vendors;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.foureyes.Critical;
import dev.muster.control.foureyes.CriticalChange;
import dev.muster.control.foureyes.FourEyesService;
import dev.muster.control.foureyes.Outcome;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.packages.KnownRoots;
import dev.muster.control.packages.PackageConfig;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The vendors that each tenant knows. Thread-safe. */
@Singleton
public final class VendorService implements CriticalChange {
    private static final String KIND = "vendor-root.change";
    private static final String OBJECT = "vendor-root/";
    private static final int MOST_AT_ONCE = 20;
    private static final int LONGEST_NOTE = 500;

    private final VendorStore store;
    private final List<VendorListener> listeners;
    private final FourEyesService fourEyes;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final KnownRoots everywhere;
    private final Instant startedAt;

    VendorService(
            VendorStore store,
            @All List<VendorListener> listeners,
            FourEyesService fourEyes,
            AuditStore audit,
            TenantTransactions transactions,
            PackageConfig config,
            Clock clock) {
        this.store = store;
        this.listeners = List.copyOf(listeners);
        this.fourEyes = fourEyes;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
        this.startedAt = clock.instant();
        try {
            this.everywhere = KnownRoots.read(config.trustAnchors().orElse(List.of()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read `muster.packages.trust-anchors`", e);
        }
    }

    /** What the tenant knows, with what the whole server knows; opens a transaction of its own. */
    public KnownRoots of(TenantId tenant) {
        return transactions.in(tenant, this::known);
    }

    private KnownRoots known(Handle handle) {
        List<X509Certificate> all = new ArrayList<>(everywhere.anchors());
        store.certificates(handle).forEach(der -> all.addAll(KnownRoots.parse(der)));
        return new KnownRoots(all);
    }

    List<VendorRoot> list(Access access) {
        List<VendorRoot> all = new ArrayList<>();
        for (X509Certificate certificate : everywhere.anchors()) {
            all.add(root(certificate, true, "muster.packages.trust-anchors", startedAt, "", ""));
        }
        all.addAll(transactions.in(access.tenant(), store::list));
        return all;
    }

    /** Adds the certificates in {@code pem}, all or none; waits where the tenant asks for four eyes. */
    Outcome<Page<VendorRoot>> add(Access access, String pem, String note) {
        List<X509Certificate> certificates = read(pem);
        if (note.length() > LONGEST_NOTE) {
            throw invalid("`note`: expected at most " + LONGEST_NOTE + " characters, found " + note.length());
        }
        return transactions.in(access.tenant(), handle -> {
            if (fourEyes.asks(handle, Critical.TRUST)) {
                String names = certificates.stream().map(KnownRoots::name).collect(Collectors.joining(", "));
                return waits(
                        handle,
                        access,
                        KnownRoots.sha256(certificates.getFirst()),
                        "packages signed below " + names + " count as verified",
                        Map.of("remove", "", "pem", pem, "note", note));
            }
            return new Outcome.Done<>(Page.whole(write(handle, access, certificates, note)));
        });
    }

    /** Removes one of the tenant's; waits where the tenant asks for four eyes. */
    Outcome<Boolean> remove(Access access, String sha256) {
        return transactions.in(access.tenant(), handle -> {
            if (fourEyes.asks(handle, Critical.TRUST)) {
                VendorRoot root = store.list(handle).stream()
                        .filter(known -> known.sha256().equals(sha256))
                        .findFirst()
                        .orElseThrow(() -> notFound(sha256));
                return waits(
                        handle,
                        access,
                        sha256,
                        "packages signed below " + root.subject() + " do not count as verified any more",
                        Map.of("remove", sha256, "pem", "", "note", ""));
            }
            delete(handle, access, sha256);
            return new Outcome.Done<>(true);
        });
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void carryOut(Handle handle, Access second, JsonObject change) {
        String removed = change.string("remove");
        if (removed.isEmpty()) {
            write(handle, second, read(change.string("pem")), change.string("note"));
        } else {
            delete(handle, second, removed);
        }
    }

    private <T> Outcome<T> waits(
            Handle handle, Access access, String sha256, String summary, Map<String, String> change) {
        return new Outcome.Waits<>(
                fourEyes.ask(handle, access, new FourEyesService.Ask(KIND, OBJECT + sha256, summary, change)));
    }

    private List<VendorRoot> write(Handle handle, Access access, List<X509Certificate> certificates, String note) {
        store.lock(handle);
        Instant now = clock.instant();
        List<VendorRoot> added = new ArrayList<>();
        for (X509Certificate certificate : certificates) {
            VendorRoot root = root(
                    certificate,
                    false,
                    note,
                    now,
                    access.caller().actor(),
                    access.caller().name());
            if (everywhere.anchors().contains(certificate) || !store.insert(handle, root, der(certificate))) {
                throw new ProblemException(
                        ProblemCode.ALREADY_EXISTS, "vendor root `" + root.subject() + "` is known already");
            }
            audit.append(
                    handle,
                    access.caller(),
                    "vendor.add",
                    OBJECT + root.sha256(),
                    Map.of("subject", root.subject(), "note", note));
            added.add(root);
        }
        tell(handle);
        return added;
    }

    private void delete(Handle handle, Access access, String sha256) {
        store.lock(handle);
        if (!store.delete(handle, sha256)) {
            throw notFound(sha256);
        }
        audit.append(handle, access.caller(), "vendor.remove", OBJECT + sha256, Map.of());
        tell(handle);
    }

    private static ProblemException notFound(String sha256) {
        return new ProblemException(
                ProblemCode.NOT_FOUND,
                "no vendor root `" + sha256 + "` of this tenant; those of the whole server are in its configuration");
    }

    private void tell(Handle handle) {
        KnownRoots roots = known(handle);
        listeners.forEach(listener -> listener.changed(handle, roots));
    }

    private List<X509Certificate> read(String pem) {
        List<X509Certificate> certificates;
        try {
            certificates = KnownRoots.parse(pem.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw invalid("`pem`: " + e.getMessage());
        }
        if (certificates.isEmpty() || certificates.size() > MOST_AT_ONCE) {
            throw invalid("`pem`: expected 1 to " + MOST_AT_ONCE + " certificates, found " + certificates.size());
        }
        for (X509Certificate certificate : certificates) {
            if (certificate.getNotAfter().toInstant().isBefore(clock.instant())) {
                throw invalid("`pem`: expected a certificate that is valid, found `" + KnownRoots.name(certificate)
                        + "`, which ended " + certificate.getNotAfter().toInstant());
            }
        }
        return certificates;
    }

    private static VendorRoot root(
            X509Certificate certificate, boolean everywhere, String note, Instant at, String by, String byName) {
        return new VendorRoot(
                KnownRoots.sha256(certificate),
                KnownRoots.name(certificate),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                everywhere,
                note,
                at,
                by,
                byName);
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was decoded can be encoded", e);
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
