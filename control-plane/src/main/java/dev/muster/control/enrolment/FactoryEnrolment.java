package dev.muster.control.enrolment;

import dev.muster.control.approvals.EnrolmentRequest;
import dev.muster.control.enrolment.Admission.Applicant;
import dev.muster.control.factory.FactoryService;
import dev.muster.control.factory.FactoryService.Refusal;
import dev.muster.control.factory.FactoryService.Used;
import dev.muster.control.factory.FactoryService.Vouched;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.enrol.EnrolAnswer;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.enrol.FactoryProof;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** First certificates for devices that their maker vouches for. Thread-safe. */
@Singleton
final class FactoryEnrolment {
    private static final Logger LOG = Logger.getLogger(FactoryEnrolment.class);
    private static final String OBJECT = "factory-anchors";

    private final FactoryService factory;
    private final Admission admission;
    private final CertificateAuthority authority;
    private final TenantTransactions transactions;

    FactoryEnrolment(
            FactoryService factory,
            Admission admission,
            CertificateAuthority authority,
            TenantTransactions transactions) {
        this.factory = factory;
        this.admission = admission;
        this.authority = authority;
        this.transactions = transactions;
    }

    /** A first certificate, or the news that a person decides first. */
    EnrolAnswer enrol(EnrolRequest request, FactoryProof proof, String address) {
        TenantId tenant = tenant(proof);
        Registration.requireWords(request);
        PublicKey key = CertificateRequest.verifiedKey(request.csrPem());
        List<String> pins = authority.fingerprints();
        // Looked at before anything is made for the tenant; looked at again, under the lock, before it is used.
        Looked looked = transactions.in(tenant, handle -> look(handle, request, pins, key));
        if (looked instanceof Looked.Refused(String why)) {
            admission.refuse(tenant, OBJECT, address, why);
            throw refused();
        }
        TrustRoots.Roots roots = admission.roots(tenant);
        EnrolAnswer answer = transactions.in(tenant, handle -> {
            if (look(handle, request, pins, key) instanceof Looked.Good(Vouched vouched)) {
                return decide(
                        handle, new Applicant(tenant, vouched.source(), null, request, key, address), vouched, roots);
            }
            throw refused();
        });
        if (answer instanceof EnrolResponse response) {
            LOG.infof("enrolled `%s` with its factory certificate", response.device());
        }
        return answer;
    }

    private sealed interface Looked {
        record Good(Vouched vouched) implements Looked {}

        record Refused(String why) implements Looked {}
    }

    private Looked look(Handle handle, EnrolRequest request, List<String> pins, PublicKey key) {
        try {
            Vouched vouched = factory.vouched(handle, request, pins, CertificateRequest.fingerprint(key));
            Optional<Used> use = vouched.use();
            // A device that is retired frees its factory key: it may come again, as another one.
            return use.isPresent() && !use.get().ours() && !use.get().ended()
                    ? new Looked.Refused("factory key of " + vouched.serial() + " let another key in already")
                    : new Looked.Good(vouched);
        } catch (Refusal e) {
            return new Looked.Refused(e.why());
        }
    }

    private EnrolAnswer decide(Handle handle, Applicant applicant, Vouched vouched, TrustRoots.Roots roots) {
        Consumer<DeviceId> became = device -> factory.became(handle, vouched, device);
        Optional<Used> use = vouched.use().filter(used -> used.ours() && !used.ended());
        Optional<EnrolmentRequest> own = admission.own(handle, applicant);
        if (use.isPresent() && own.isPresent()) {
            return admission.again(handle, applicant, own.get(), roots, became);
        }
        Optional<DeviceId> known = use.flatMap(Used::device);
        if (known.isPresent()) {
            return admission.issue(handle, applicant, known.get(), roots);
        }
        factory.use(handle, vouched, applicant.fingerprint());
        return admission.first(
                handle,
                applicant,
                new Admission.Terms(
                        vouched.anchor().approval(),
                        vouched.serial(),
                        vouched.anchor().site(),
                        vouched.anchor().tags(),
                        Map.of("factory", vouched.anchor().name(), "certificate", vouched.number())),
                roots,
                became);
    }

    private static TenantId tenant(FactoryProof proof) {
        try {
            return new TenantId(proof.tenant());
        } catch (IllegalArgumentException e) {
            throw refused();
        }
    }

    // The same for every reason: an attacker learns nothing; the trail has it.
    private static ProblemException refused() {
        return new ProblemException(
                ProblemCode.FACTORY_REFUSED,
                "expected a factory certificate of a registered maker, valid and unused, and a request signed by its key");
    }
}
