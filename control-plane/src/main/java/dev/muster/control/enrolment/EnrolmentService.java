package dev.muster.control.enrolment;

import dev.muster.control.approvals.EnrolmentRequest;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.deviceapi.DeviceRequest;
import dev.muster.control.enrolment.Admission.Applicant;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.enrol.EnrolAnswer;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.security.PublicKey;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Gives devices their certificates, the first to the bearer of a token. Thread-safe. */
@Singleton
final class EnrolmentService {
    private static final Logger LOG = Logger.getLogger(EnrolmentService.class);

    private final EnrolmentStore store;
    private final Issuer issuer;
    private final Admission admission;
    private final EnrolmentLimits limits;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    EnrolmentService(
            EnrolmentStore store,
            Issuer issuer,
            Admission admission,
            EnrolmentLimits limits,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.issuer = issuer;
        this.admission = admission;
        this.limits = limits;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * A first certificate for the bearer of a token, or the news that a person decides first. A device that asks again with
     * the same key gets the same name.
     *
     * @param address where it came from
     */
    EnrolAnswer enrol(EnrolRequest request, String address) {
        EnrolmentToken.Secret secret =
                EnrolmentToken.Secret.parse(request.token()).orElseThrow(EnrolmentService::refused);
        String object = "enrolment-token/" + secret.id();
        if (limits.guessed(secret, address)
                && !transactions.in(secret.tenant(), handle -> store.right(handle, secret))) {
            admission.refuse(secret.tenant(), object, address, "wrong secret");
            throw limits.guessedTooOften();
        }
        Registration.requireWords(request);
        Applicant applicant = new Applicant(
                secret.tenant(),
                "token/" + secret.id(),
                secret.id(),
                request,
                CertificateRequest.verifiedKey(request.csrPem()),
                address);
        // Looked at before anything is made for the tenant; looked at again, under the lock, before it is used.
        Standing standing = transactions.in(secret.tenant(), handle -> standing(handle, secret, applicant));
        if (standing != Standing.GOOD) {
            if (standing == Standing.WRONG) {
                limits.wrong(secret, address);
            }
            String why = standing == Standing.WRONG ? "unknown token or wrong secret" : "token ended";
            admission.refuse(secret.tenant(), object, address, why);
            throw refused();
        }
        TrustRoots.Roots roots = admission.roots(secret.tenant());
        EnrolAnswer answer = transactions.in(secret.tenant(), handle -> decide(handle, secret, applicant, roots));
        if (answer instanceof EnrolResponse response) {
            LOG.infof("enrolled `%s` with token `%s`", response.device(), secret.id());
        }
        return answer;
    }

    /** A new certificate for a device that came with its old one. */
    EnrolResponse renew(DeviceRequest request) {
        EnrolRequest asked = EnrolRequest.fromJson(request.body());
        PublicKey key = CertificateRequest.verifiedKey(asked.csrPem());
        TrustRoots.Roots roots = admission.roots(request.device().tenant());
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

    private enum Standing {
        GOOD,
        /** The right secret of a token that expired or is used up. */
        ENDED,
        WRONG
    }

    private Standing standing(Handle handle, EnrolmentToken.Secret secret, Applicant applicant) {
        if (admission.own(handle, applicant).isPresent()) {
            return Standing.GOOD;
        }
        if (!store.right(handle, secret)) {
            return Standing.WRONG;
        }
        return usable(handle, secret, applicant).isPresent() ? Standing.GOOD : Standing.ENDED;
    }

    private EnrolAnswer decide(
            Handle handle, EnrolmentToken.Secret secret, Applicant applicant, TrustRoots.Roots roots) {
        Optional<EnrolmentRequest> own = admission.own(handle, applicant);
        if (own.isPresent()) {
            return admission.again(handle, applicant, own.get(), roots, device -> {});
        }
        EnrolmentToken token = usable(handle, secret, applicant).orElseThrow(EnrolmentService::refused);
        Optional<DeviceId> known = store.enrolledBy(handle, token.id(), applicant.fingerprint());
        if (known.isPresent()) {
            return admission.issue(handle, applicant, known.get(), roots);
        }
        store.use(handle, token.id());
        return admission.first(
                handle,
                applicant,
                new Admission.Terms(
                        token.approval(),
                        applicant.request().serial().orElse(null),
                        token.site(),
                        token.tags(),
                        Map.of("token", token.id())),
                roots,
                device -> {});
    }

    private Optional<EnrolmentToken> usable(Handle handle, EnrolmentToken.Secret secret, Applicant applicant) {
        return store.lock(
                        handle,
                        secret,
                        applicant.request().serial().orElse(null),
                        applicant.request().facts().get("udid"),
                        clock.instant())
                .filter(token -> token.used() < token.uses()
                        || store.enrolledBy(handle, token.id(), applicant.fingerprint())
                                .isPresent());
    }

    // The same for every reason: an attacker learns nothing.
    private static ProblemException refused() {
        return new ProblemException(
                ProblemCode.ENROLMENT_TOKEN_REFUSED,
                "expected an enrolment token that is known, unexpired and not used up");
    }
}
