package dev.muster.control.enrolment;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.deviceapi.DeviceRequest;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Gives devices their certificates. Thread-safe. */
@Singleton
final class EnrolmentService {
    private static final Logger LOG = Logger.getLogger(EnrolmentService.class);
    private static final int NAMES_TRIED = 50;

    private final EnrolmentStore store;
    private final Issuer issuer;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Instance<TrustRoots> trust;
    private final Clock clock;

    EnrolmentService(
            EnrolmentStore store,
            Issuer issuer,
            DeviceService devices,
            AuditStore audit,
            TenantTransactions transactions,
            Instance<TrustRoots> trust,
            Clock clock) {
        this.store = store;
        this.issuer = issuer;
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
        this.trust = trust;
        this.clock = clock;
    }

    /** A first certificate for the bearer of a token. A device that asks again with the same key gets the same name. */
    EnrolResponse enrol(EnrolRequest request) {
        EnrolmentToken.Secret secret =
                EnrolmentToken.Secret.parse(request.token()).orElseThrow(EnrolmentService::refused);
        PublicKey key = CertificateRequest.verifiedKey(request.csrPem());
        TenantId tenant = secret.tenant();
        // Looked at before anything is made for the tenant; looked at again, under the lock, before it is used.
        transactions.in(tenant, handle -> usable(handle, secret, key));
        TrustRoots.Roots roots = roots(tenant);
        EnrolResponse response = transactions.in(tenant, handle -> {
            EnrolmentToken token = usable(handle, secret, key);
            Optional<DeviceId> known = store.enrolledBy(handle, token.id(), CertificateRequest.fingerprint(key));
            DeviceRef device = new DeviceRef(tenant, known.orElseGet(() -> register(handle, tenant, token, request)));
            return issuer.issue(handle, device, key, token.id(), roots);
        });
        LOG.infof("enrolled `%s` with token `%s`", response.device(), secret.id());
        return response;
    }

    /** A new certificate for a device that came with its old one. */
    EnrolResponse renew(DeviceRequest request) {
        EnrolRequest asked = EnrolRequest.fromJson(request.body());
        PublicKey key = CertificateRequest.verifiedKey(asked.csrPem());
        TrustRoots.Roots roots = roots(request.device().tenant());
        return transactions.in(request.device().tenant(), handle -> {
            if (!store.valid(handle, request.device().device(), request.certificate())) {
                throw new ProblemException(
                        ProblemCode.CERTIFICATE_REQUIRED,
                        "expected a certificate of `" + request.device() + "` that was never revoked");
            }
            audit.append(
                    handle,
                    request.caller(),
                    "device.renew",
                    "device/" + request.device().device(),
                    Map.of("serial", Certificates.serial(request.certificate())));
            return issuer.issue(handle, request.device(), key, null, roots);
        });
    }

    private EnrolmentToken usable(Handle handle, EnrolmentToken.Secret secret, PublicKey key) {
        EnrolmentToken token = store.lock(handle, secret, clock.instant()).orElseThrow(EnrolmentService::refused);
        if (token.used() >= token.uses()
                && store.enrolledBy(handle, token.id(), CertificateRequest.fingerprint(key))
                        .isEmpty()) {
            throw refused();
        }
        return token;
    }

    private DeviceId register(Handle handle, TenantId tenant, EnrolmentToken token, EnrolRequest request) {
        store.use(handle, token.id());
        DeviceId wished = wished(request);
        Optional<DeviceService.Awaited> awaited = devices.awaited(
                handle, request.serial().orElse(null), request.facts().get("udid"));
        if (awaited.isPresent()) {
            String hardware = awaited.get().hardware();
            if (!hardware.isEmpty() && !hardware.equals(request.hardware())) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected hardware `" + hardware + "` for `"
                                + awaited.get().id() + "`, found `" + request.hardware() + "`");
            }
            return claim(handle, tenant, token, request, awaited.get().id());
        }
        for (int i = 1; i <= NAMES_TRIED; i++) {
            DeviceId id = i == 1 ? wished : new DeviceId(shortened(wished) + "-" + i);
            NewDevice device = new NewDevice(
                    id, request.hardware(), request.serial().orElse(null), token.site(), token.tags(), request.facts());
            if (devices.register(handle, tenant, device)) {
                audit.append(
                        handle,
                        new Caller.Device(new DeviceRef(tenant, id)),
                        "device.enrol",
                        "device/" + id,
                        Map.of("token", token.id(), "hardware", request.hardware(), "wished", wished.value()));
                return id;
            }
        }
        throw new ProblemException(
                ProblemCode.ALREADY_EXISTS,
                "expected a free name like `" + wished + "`, found the first " + NAMES_TRIED + " taken");
    }

    /** The hardware that a pending device waits for: the name is the device's, whatever the hardware wished. */
    private DeviceId claim(
            Handle handle, TenantId tenant, EnrolmentToken token, EnrolRequest request, DeviceId awaited) {
        devices.claim(
                handle,
                tenant,
                new NewDevice(
                        awaited,
                        request.hardware(),
                        request.serial().orElse(null),
                        token.site(),
                        token.tags(),
                        request.facts()));
        audit.append(
                handle,
                new Caller.Device(new DeviceRef(tenant, awaited)),
                "device.enrol",
                "device/" + awaited,
                Map.of(
                        "token", token.id(),
                        "hardware", request.hardware(),
                        "claimed", "serial " + request.serial().orElse("unknown")));
        return awaited;
    }

    private static DeviceId wished(EnrolRequest request) {
        if (request.device().isEmpty()) {
            byte[] random = new byte[4];
            new SecureRandom().nextBytes(random);
            return new DeviceId("device-" + HexFormat.of().formatHex(random));
        }
        DeviceId id = new DeviceId(request.device().get());
        if (id.value().indexOf('/') >= 0) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `device` without `/`, found `" + id + "`: a sub-device has no certificate of its own");
        }
        return id;
    }

    private static String shortened(DeviceId id) {
        return id.value().length() <= 60 ? id.value() : id.value().substring(0, 60);
    }

    private TrustRoots.Roots roots(TenantId tenant) {
        if (trust.isUnsatisfied()) {
            throw new ProblemException(ProblemCode.TRUST_NOT_READY, "this server has no trust repositories");
        }
        return trust.get().of(tenant);
    }

    // The same for every reason: an attacker learns nothing.
    private static ProblemException refused() {
        return new ProblemException(
                ProblemCode.ENROLMENT_TOKEN_REFUSED,
                "expected an enrolment token that is known, unexpired and not used up");
    }
}
