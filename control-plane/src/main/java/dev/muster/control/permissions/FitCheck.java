package dev.muster.control.permissions;

import dev.muster.control.access.Scope;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.permissions.PolicyFit.Misfit;
import dev.muster.policy.language.ParseResult.ParsedDocument;
import dev.muster.policy.language.Place;
import dev.muster.policy.language.PolicyError;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Gives what does not fit its place in the documents. Thread-safe. */
@Singleton
final class FitCheck {
    private final PolicyFit fit;
    private final PolicyStore store;
    private final PolicySnapshots snapshots;
    private final HeldStore held;

    FitCheck(PolicyFit fit, PolicyStore store, PolicySnapshots snapshots, HeldStore held) {
        this.fit = fit;
        this.store = store;
        this.snapshots = snapshots;
        this.held = held;
    }

    /** What of the draft, with the urgent changes on top, would not fit on devices in scope. */
    List<PolicyError> errors(Handle handle, Scope scope, PolicyDrafts.Draft draft) {
        return fit
                .misfits(
                        handle,
                        scope,
                        Overlay.on(draft.snapshot().withVersion(store.next(handle)), snapshots.urgent(handle))
                                .snapshot())
                .stream()
                .map(misfit -> error(misfit, draft))
                .toList();
    }

    /** What does not fit of the versions that devices are to hold, with the urgent changes on top; a sentence each. */
    List<String> inForce(Handle handle, TenantId tenant) {
        Map<Long, PolicySnapshot> versions = held.versionsHeld(handle).stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        version -> snapshots.inForce(handle, tenant, version).snapshot()));
        return fit.misfits(handle, Scope.wholeTenant(tenant), versions).stream()
                .map(FitCheck::reason)
                .toList();
    }

    /** The problem {@code policy-too-large} that names them. */
    static ProblemException tooLarge(List<PolicyError> errors) {
        return new ProblemException(
                ProblemCode.POLICY_TOO_LARGE, String.valueOf(errors.getFirst()), Map.of("errors", errors));
    }

    private static PolicyError error(Misfit misfit, PolicyDrafts.Draft draft) {
        Optional<ParsedDocument> document = draft.documents().stream()
                .filter(parsed ->
                        isRule(parsed.document()) && parsed.document().name().equals(misfit.rule()))
                .findFirst();
        Place place = document.map(parsed -> parsed.places().of("when")).orElseGet(() -> new Place(1, 1));
        return new PolicyError(
                document.map(ParsedDocument::source).orElse("policy"), place.line(), place.column(), reason(misfit));
    }

    private static String reason(Misfit misfit) {
        return (misfit.rule().isEmpty() ? "" : "`" + misfit.rule() + "`: ") + misfit.reason() + "; cannot be made for "
                + misfit.devices() + (misfit.devices() == 1 ? " device" : " devices");
    }

    private static boolean isRule(PolicyDocument document) {
        return document instanceof Binding || document instanceof GuardRail || document instanceof Capability;
    }
}
