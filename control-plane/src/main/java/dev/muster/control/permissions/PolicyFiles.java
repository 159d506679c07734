package dev.muster.control.permissions;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.fleetfiles.FleetChange;
import dev.muster.control.fleetfiles.FleetKind;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.rollouts.RolloutService;
import dev.muster.control.rollouts.WaveRequest;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.FleetParser;
import dev.muster.policy.language.PolicySource;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Policy documents as files; compared as written. The draft comes to devices by one version. Thread-safe. */
@Singleton
final class PolicyFiles implements FleetKind {
    private final PolicyStore store;
    private final PolicyService service;
    private final PublishService publishing;
    private final RolloutService progress;

    PolicyFiles(PolicyStore store, PolicyService service, PublishService publishing, RolloutService progress) {
        this.store = store;
        this.service = service;
        this.publishing = publishing;
        this.progress = progress;
    }

    // Those that name others go first.
    @Override
    public List<String> kinds() {
        return List.of("Binding", "PolicyTest", "Capability", "GuardRail", "Role", "Shift", "Zone");
    }

    @Override
    public Role role() {
        return Role.SECURITY_OFFICER;
    }

    @Override
    public int order() {
        return 60;
    }

    @Override
    public Difference compare(Handle handle, Access access, FleetDocument document) {
        Optional<StoredDocument> before = store.document(handle, document.kind(), document.name());
        List<FleetChange.Field> fields = new FleetChange.Fields()
                .add("yaml", before.map(StoredDocument::yaml).orElse(null), document.yaml())
                .list();
        return before.isEmpty() ? Difference.create(fields) : Difference.change(fields);
    }

    @Override
    public List<Exported> export(Handle handle, Access access) {
        return store.documents(handle).stream()
                .map(document -> new Exported(document.kind(), document.name(), document.yaml()))
                .toList();
    }

    @Override
    public Optional<Difference> removal(Handle handle, Access access, String kind, String name) {
        return store.document(handle, kind, name)
                .map(document -> Difference.delete(new FleetChange.Fields()
                        .add("yaml", document.yaml(), null)
                        .list()));
    }

    // All at once: documents name each other, and the ones that stay as they are say what is there.
    @Override
    public void carryOut(Handle handle, Access access, List<FleetDocument> documents, FleetParser.Result files) {
        write(access, files.policies());
    }

    @Override
    public void carryOut(Handle handle, Access access, FleetDocument document) {
        write(access, List.of(new PolicySource(document.file().name(), document.inPlace())));
    }

    private void write(Access access, List<PolicySource> sources) {
        try {
            service.put(access.caller(), sources);
        } catch (ProblemException e) {
            throw e.code() == ProblemCode.POLICY_INVALID
                    ? new ProblemException(
                            ProblemCode.FLEET_FILES_INVALID, e.detail() + "; nothing was changed", e.extensions())
                    : e;
        }
    }

    @Override
    public void remove(Handle handle, Access access, String kind, String name) {
        service.delete(access.caller(), kind, name);
    }

    @Override
    public boolean isUndelivered(Handle handle, Access access) {
        return !differing(access).isEmpty();
    }

    @Override
    public Optional<Delivery> deliver(Handle handle, Access access, Terms terms, Set<String> ours) {
        List<String> others = differing(access).stream()
                .map(one -> one.kind() + "/" + one.name())
                .filter(name -> !ours.contains(name))
                .toList();
        if (!others.isEmpty()) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "expected a policy that only these files change, found changes in the draft that no file names (`"
                            + String.join("`, `", others)
                            + "`): publish or take them back first, or write them into a file");
        }
        PublishService.Published made = publishing.publish(
                access,
                new PublishService.Terms(
                        terms.comment(),
                        WaveRequest.plans(terms, PublishService.CANARY_THEN_REST),
                        Selector.ALL,
                        false));
        Optional<RolloutService.Standing> standing = made.rollout().map(id -> progress.standing(handle, id));
        return Optional.of(new Delivery(
                "Policy",
                "policy version " + made.version(),
                standing.map(RolloutService.Standing::devices).orElse(0L),
                null,
                made.rollout().map(Object::toString).orElse(null),
                standing.map(RolloutService.Standing::waits).orElse(false)));
    }

    private List<PolicyDiff.Difference> differing(Access access) {
        return service.diff(access, "live", "draft").documents();
    }
}
