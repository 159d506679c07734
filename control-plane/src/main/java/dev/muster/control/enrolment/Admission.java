package dev.muster.control.enrolment;

import dev.muster.control.access.Caller;
import dev.muster.control.access.Scope;
import dev.muster.control.approvals.ApprovalService;
import dev.muster.control.approvals.EnrolmentRequest;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantState;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.enrol.EnrolAnswer;
import dev.muster.protocol.enrol.EnrolPending;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DeviceState;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.security.PublicKey;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What follows once somebody's right to enrol is proven, whatever proved it: a person decides, or the device gets its place and
 * its certificate. Methods with a handle join the caller's transaction. Thread-safe.
 */
@Singleton
final class Admission {
    private final Issuer issuer;
    private final Registration registration;
    private final ApprovalService approvals;
    private final EnrolmentLimits limits;
    private final EnrolmentStore store;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Instance<TrustRoots> trust;
    private final Clock clock;

    Admission(
            Issuer issuer,
            Registration registration,
            ApprovalService approvals,
            EnrolmentLimits limits,
            EnrolmentStore store,
            DeviceService devices,
            AuditStore audit,
            TenantTransactions transactions,
            Instance<TrustRoots> trust,
            Clock clock) {
        this.issuer = issuer;
        this.registration = registration;
        this.approvals = approvals;
        this.limits = limits;
        this.store = store;
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
        this.trust = trust;
        this.clock = clock;
    }

    /**
     * Somebody who proved a key and asks for a certificate for it.
     *
     * @param source what lets it ask, such as {@code token/<id>}
     * @param token the id, where it is one
     */
    record Applicant(
            TenantId tenant,
            String source,
            @Nullable String token,
            EnrolRequest request,
            PublicKey key,
            String address) {
        byte[] fingerprint() {
            return CertificateRequest.fingerprint(key);
        }
    }

    /**
     * On which terms it comes in.
     *
     * @param serial number that counts, where it has one
     */
    record Terms(
            boolean approval,
            @Nullable String serial,
            @Nullable String site,
            List<String> tags,
            Map<String, String> evidence) {
        Terms {
            tags = List.copyOf(tags);
            evidence = Map.copyOf(evidence);
        }
    }

    /** What the key asked for before, while that says anything: not once it ended, or was fetched long ago. */
    Optional<EnrolmentRequest> own(Handle handle, Applicant applicant) {
        return approvals
                .find(handle, applicant.fingerprint())
                .filter(request -> request.source().equals(applicant.source()))
                .filter(request -> request.state() != EnrolmentRequest.State.EXPIRED)
                .filter(request -> request.cameAs() == null || clock.instant().isBefore(request.expiresAt()));
    }

    /**
     * The answer to one who asked before.
     *
     * @param became told of the device that an approved request becomes now
     */
    EnrolAnswer again(
            Handle handle,
            Applicant applicant,
            EnrolmentRequest request,
            TrustRoots.Roots roots,
            Consumer<DeviceId> became) {
        return switch (request.state()) {
            case WAITING -> pending(request);
            case APPROVED -> approved(handle, applicant, request, roots, became);
            case REJECTED, EXPIRED ->
                throw new ProblemException(
                        ProblemCode.ENROLMENT_REJECTED,
                        "this key was rejected" + (request.reason().isEmpty() ? "" : ": " + request.reason()));
        };
    }

    /** The answer to one who asks for the first time. */
    EnrolAnswer first(
            Handle handle, Applicant applicant, Terms terms, TrustRoots.Roots roots, Consumer<DeviceId> became) {
        requireActive(handle, applicant.tenant());
        EnrolRequest request = applicant.request();
        DeviceId wished = Registration.wished(request.device());
        if (terms.approval()) {
            return pending(approvals.ask(
                    handle,
                    applicant.tenant(),
                    new EnrolmentRequest.Asked(
                            HexFormat.of().formatHex(applicant.fingerprint()),
                            applicant.source(),
                            wished.value(),
                            request.hardware(),
                            terms.serial(),
                            request.facts(),
                            terms.site(),
                            terms.tags(),
                            applicant.address())));
        }
        DeviceId device = registration.register(
                handle,
                applicant.tenant(),
                new Registration.Hardware(
                        wished,
                        request.hardware(),
                        terms.serial(),
                        request.facts(),
                        terms.site(),
                        terms.tags(),
                        terms.evidence()));
        became.accept(device);
        return issue(handle, applicant, device, roots);
    }

    /** A certificate for a device that has its place. */
    EnrolResponse issue(Handle handle, Applicant applicant, DeviceId device, TrustRoots.Roots roots) {
        requireActive(handle, applicant.tenant());
        DeviceState.Status status = devices.require(handle, Scope.wholeTenant(applicant.tenant()), device)
                .status();
        if (status != DeviceState.Status.ACTIVE) {
            throw new ProblemException(
                    ProblemCode.DEVICE_NOT_ACTIVE,
                    "expected `" + device + "` to be active, found it "
                            + status.name().toLowerCase(Locale.ROOT));
        }
        return issuer.issue(
                handle, new DeviceRef(applicant.tenant(), device), applicant.key(), applicant.token(), roots);
    }

    /** Says in the trail that somebody was refused; now and then, so that nobody unknown can fill it. */
    void refuse(TenantId tenant, String object, String address, String why) {
        Optional<Long> row = limits.row(tenant, object, address);
        if (row.isEmpty()) {
            return;
        }
        transactions.run(tenant, handle -> {
            if (store.tenantExists(handle, tenant)) {
                audit.append(
                        handle,
                        new Caller.Server(tenant, "enrolment"),
                        "device.enrol",
                        object,
                        Map.of("address", address, "reason", why, "refusals", row.get()),
                        "refused");
            }
        });
    }

    /** The roots of the tenant's repositories; made where there are none, so asked for only by who may come in. */
    TrustRoots.Roots roots(TenantId tenant) {
        if (trust.isUnsatisfied()) {
            throw new ProblemException(ProblemCode.TRUST_NOT_READY, "this server has no trust repositories");
        }
        return trust.get().of(tenant);
    }

    /** The words are those that were approved, whatever the device says of itself by now. */
    private EnrolResponse approved(
            Handle handle,
            Applicant applicant,
            EnrolmentRequest request,
            TrustRoots.Roots roots,
            Consumer<DeviceId> became) {
        String came = request.cameAs();
        if (came != null) {
            return issue(handle, applicant, new DeviceId(came), roots);
        }
        DeviceId device = registration.register(
                handle,
                applicant.tenant(),
                new Registration.Hardware(
                        new DeviceId(request.device()),
                        request.hardware(),
                        request.serial(),
                        request.facts(),
                        request.site(),
                        request.tags(),
                        Map.of("request", request.id(), "source", request.source())));
        approvals.came(handle, request, device);
        became.accept(device);
        return issue(handle, applicant, device, roots);
    }

    /** Nobody comes into a suspended tenant, whatever lets it ask. */
    private static void requireActive(Handle handle, TenantId tenant) {
        if (!TenantState.of(handle).equals(Optional.of(TenantState.ACTIVE))) {
            throw new ProblemException(ProblemCode.TENANT_SUSPENDED, "tenant `" + tenant + "` is suspended");
        }
    }

    private EnrolPending pending(EnrolmentRequest request) {
        return new EnrolPending(request.keyFingerprint(), approvals.again(request), request.expiresAt());
    }
}
