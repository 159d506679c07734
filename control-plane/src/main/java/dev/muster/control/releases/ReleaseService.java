package dev.muster.control.releases;

import dev.muster.control.access.Caller;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactDetails;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.trustrepo.TrustService;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Makes and finds releases. Thread-safe. */
@Singleton
public final class ReleaseService {
    private final ReleaseStore store;
    private final ArtifactService artifacts;
    private final TrustService trust;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    ReleaseService(
            ReleaseStore store,
            ArtifactService artifacts,
            TrustService trust,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.artifacts = artifacts;
        this.trust = trust;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The release, in the caller's transaction; the problem {@code release-not-found} otherwise. */
    public Release require(Handle handle, UUID id) {
        return store.find(handle, id)
                .orElseThrow(() -> new ProblemException(ProblemCode.RELEASE_NOT_FOUND, "no release `" + id + "`"));
    }

    /** The release of this name and version and the later ones of the name; none if there is no such. */
    public List<Release> since(Handle handle, Requirements.Needed needed) {
        return store.since(handle, needed.name(), needed.version());
    }

    /** Makes a release of what was uploaded. */
    Release create(
            Caller caller,
            String name,
            String version,
            List<String> hashes,
            List<String> absentNames,
            Requirements requires) {
        List<TargetName> absent = absentNames.stream().map(ReleaseService::app).toList();
        return transactions.in(caller.tenant(), handle -> {
            List<Artifact> chosen =
                    hashes.stream().map(sha256 -> artifact(handle, sha256)).toList();
            requirePublished(handle, caller.tenant(), chosen);
            List<Release.Target> targets = chosen.stream()
                    .map(artifact -> new Release.Target(artifact.targetName(), artifact.present()))
                    .toList();
            requireDistinct(targets, absent);
            requires.apl().ifPresent(level -> chosen.forEach(artifact -> requireLevel(artifact, level)));
            requires.releases().forEach(needed -> requireMade(handle, needed));
            Release release = new Release(
                    UUID.randomUUID(),
                    name,
                    version,
                    targets,
                    absent,
                    requires,
                    clock.instant(),
                    caller.actor(),
                    caller.name(),
                    Optional.empty());
            if (!store.insert(handle, release)) {
                throw new ProblemException(
                        ProblemCode.ALREADY_EXISTS,
                        "release `" + name + "` " + version + " exists already, and releases never change");
            }
            audit.append(
                    handle,
                    caller,
                    "release.create",
                    "release/" + release.id(),
                    Map.of("name", name, "version", version, "targets", targets.size()));
            return release;
        });
    }

    private Artifact artifact(Handle handle, String sha256) {
        // Held: what is being collected meanwhile is gone, and what is not cannot go before this release names it.
        return artifacts
                .hold(handle, sha256)
                .filter(found -> switch (found.kind()) {
                    case IMAGE, APP -> true;
                    case POLICY, POLICY_SHADOW, CAPABILITIES, SETTINGS, DELTA, SEGMENTS -> false;
                })
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.ARTIFACT_NOT_FOUND, "no image or app `" + sha256 + "` was uploaded"));
    }

    /** Devices would refuse what its publisher has not signed; the repository is read once for all of them. */
    private void requirePublished(Handle handle, TenantId tenant, List<Artifact> chosen) {
        Set<String> unsigned = trust.unpublished(
                handle, tenant, chosen.stream().map(Artifact::path).toList());
        Map<String, String> removing = trust.removing(handle);
        chosen.stream()
                .filter(artifact -> removing.containsKey(artifact.path()))
                .findFirst()
                .ifPresent(artifact -> {
                    throw new ProblemException(
                            ProblemCode.CONFLICT,
                            "`" + artifact.sha256() + "` is being taken away by draft " + removing.get(artifact.path())
                                    + ": see the drafts of `/trust/drafts`");
                });
        chosen.stream()
                .filter(artifact -> unsigned.contains(artifact.path()))
                .findFirst()
                .ifPresent(artifact -> {
                    throw new ProblemException(
                            ProblemCode.CONFLICT,
                            "`" + artifact.sha256()
                                    + "` waits for its publisher's signature (see the drafts of `/trust/drafts`), or was"
                                    + " taken away: then upload it again");
                });
    }

    private static void requireLevel(Artifact artifact, Apl level) {
        if (artifact.details() instanceof ArtifactDetails.OfApp app
                && !app.app().apl().covers(level)) {
            throw invalid("`requires.apl`: expected apps whose signed profile gives " + level.text() + ", found `"
                    + artifact.name() + "` with " + app.app().apl().text());
        }
    }

    private void requireMade(Handle handle, Requirements.Needed needed) {
        if (store.since(handle, needed.name(), needed.version()).isEmpty()) {
            throw new ProblemException(
                    ProblemCode.RELEASE_NOT_FOUND, "`requires.releases`: no release `" + needed.text() + "`");
        }
    }

    private static TargetName app(String text) {
        try {
            if (TargetName.parse(text) instanceof TargetName.App app) {
                return app;
            }
        } catch (IllegalArgumentException e) {
            throw invalid("`absent`: " + e.getMessage());
        }
        throw invalid("`absent`: expected `app/<bundle>`, found `" + text + "`");
    }

    private static void requireDistinct(List<Release.Target> targets, List<TargetName> absent) {
        if (targets.isEmpty() && absent.isEmpty()) {
            throw invalid("expected at least one target in `targets` or `absent`, found none");
        }
        Set<List<String>> seen = new HashSet<>();
        List<TargetName> names = new ArrayList<>(absent);
        for (Release.Target target : targets) {
            if (!seen.add(List.of(target.name().text(), target.content().hardware()))) {
                throw invalid("expected one target per name and hardware, found several `"
                        + target.name().text() + "` for `" + target.content().hardware() + "`");
            }
        }
        if (new HashSet<>(absent).size() != absent.size()
                || targets.stream().anyMatch(target -> names.contains(target.name()))) {
            throw invalid("expected each name once in `targets` or `absent`");
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
