package dev.muster.control.artifacts;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.packages.PackageRefused;
import dev.muster.control.quotas.Quota;
import dev.muster.control.quotas.QuotaService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.trustrepo.TrustService;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** Takes in artifacts and finds them. Thread-safe. */
@Singleton
public final class ArtifactService {
    private static final long MAX_MADE_BYTES = 64L << 20;
    /** Longer than any upload takes to reach its store; a claim that a crash left behind ends by itself. */
    private static final Duration CLAIM = Duration.ofDays(1);

    private final ArtifactStore store;
    private final ArtifactBytes bytes;
    private final TrustService trust;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final ArtifactDescriber describer;
    private final ArtifactConfig config;
    private final QuotaService quotas;
    private final Clock clock;

    ArtifactService(
            ArtifactStore store,
            ArtifactBytes bytes,
            TrustService trust,
            AuditStore audit,
            TenantTransactions transactions,
            ArtifactDescriber describer,
            ArtifactConfig config,
            QuotaService quotas,
            Clock clock) {
        this.store = store;
        this.bytes = bytes;
        this.trust = trust;
        this.audit = audit;
        this.transactions = transactions;
        this.describer = describer;
        this.config = config;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** The artifact with these bytes, in the caller's transaction. */
    public Optional<Artifact> find(Handle handle, String sha256) {
        return store.find(handle, sha256);
    }

    /** The artifact with these bytes, which cannot be collected until the caller's transaction ends. */
    public Optional<Artifact> hold(Handle handle, String sha256) {
        return store.hold(handle, sha256);
    }

    /**
     * Keeps bytes that the server made, such as a compiled policy, and publishes them under an online key, all in the
     * caller's transaction. Equal bytes are the same artifact. The network is not asked: bytes that a bucket is to have get
     * there afterwards, and those of a transaction that was rolled back never do.
     */
    public Artifact keep(Handle handle, TenantId tenant, Artifact.Kind kind, String version, byte[] content) {
        try (ArtifactBytes.Pending pending = bytes.receive(new ByteArrayInputStream(content), MAX_MADE_BYTES)) {
            store.lockBytes(handle);
            Optional<Artifact> known = store.find(handle, pending.sha256());
            if (known.isPresent()) {
                return known.get();
            }
            pending.keepHere();
            Artifact artifact = describer.made(tenant, kind, version, pending);
            insertAndPublish(handle, tenant, artifact);
            return artifact;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a " + kind.text() + " bundle", e);
        }
    }

    /**
     * Keeps a file that the server made, too large to be made in a transaction, and publishes it under an online key. The file stays.
     *
     * @param then what belongs to the same transaction, given the file's hash; if it fails, nothing is published
     * @return the file's hash
     */
    public String keep(TenantId tenant, Artifact.Named named, Path file, BiConsumer<Handle, String> then)
            throws IOException {
        String sha256;
        try (InputStream in = Files.newInputStream(file);
                ArtifactBytes.Pending pending = bytes.receive(in, config.maxSize())) {
            sha256 = pending.sha256();
            UUID claim = UUID.randomUUID();
            transactions.run(
                    tenant,
                    handle -> store.claim(handle, claim, sha256, clock.instant().plus(CLAIM)));
            pending.keep();
            transactions.run(tenant, handle -> {
                store.lockBytes(handle);
                insertAndPublish(
                        handle,
                        tenant,
                        describer.made(tenant, named.kind(), "", pending).named(named.name()));
                store.endClaim(handle, claim);
                then.accept(handle, sha256);
            });
        }
        return sha256;
    }

    /** The problem {@code quota-exceeded} where there is no room for {@code length} more bytes; before they are sent in vain. */
    public void requireRoom(Handle handle, long length) {
        quotas.check(handle, Quota.ARTIFACT_BYTES, length);
    }

    /** Takes in an upload. The same bytes with the same description again change nothing. */
    Artifact upload(Caller caller, Upload upload, InputStream body) {
        try (ArtifactBytes.Pending pending = bytes.receive(body, config.maxSize())) {
            return take(caller, upload, pending);
        } catch (ArtifactTooLargeException e) {
            throw new ProblemException(ProblemCode.TOO_LARGE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("the upload broke off or cannot be stored", e);
        }
    }

    /**
     * Takes in a file that is whole on this machine, as {@link #upload} does a stream. The file stays, whatever comes of it.
     *
     * @param sha256 of its bytes, computed by the caller
     */
    public Artifact upload(Caller caller, Upload upload, Path file, String sha256, long length) {
        try (ArtifactBytes.Pending pending = bytes.adopt(file, sha256, length)) {
            return take(caller, upload, pending);
        } catch (IOException e) {
            throw new UncheckedIOException("the upload cannot be stored", e);
        }
    }

    private Artifact take(Caller caller, Upload upload, ArtifactBytes.Pending pending) throws IOException {
        Artifact artifact;
        try {
            artifact = describer.uploaded(caller, upload, pending);
        } catch (PackageRefused e) {
            throw new ProblemException(
                    ProblemCode.ARTIFACT_INVALID, String.valueOf(e.getMessage()), refusal(upload, e.code()));
        }
        // Bytes come before their row; the claim keeps a collection of equal bytes away in between.
        UUID claim = UUID.randomUUID();
        transactions.run(
                caller.tenant(),
                handle -> store.claim(
                        handle, claim, artifact.sha256(), clock.instant().plus(CLAIM)));
        pending.keep();
        return transactions.in(caller.tenant(), handle -> {
            store.lockBytes(handle);
            Artifact added = add(handle, caller, artifact);
            store.endClaim(handle, claim);
            return added;
        });
    }

    /** What the updater of a device answers has no public numbers; only app packages carry one. */
    private static Map<String, Object> refusal(Upload upload, PackageRefused.Code code) {
        return upload instanceof Upload.App && code.installerCode().isPresent()
                ? Map.of(
                        "rule",
                        code.text(),
                        "installerCode",
                        code.installerCode().getAsInt())
                : Map.of("rule", code.text());
    }

    private Artifact add(Handle handle, Caller caller, Artifact artifact) {
        if (artifact.kind() == Artifact.Kind.APP) {
            store.sameVersion(handle, artifact).ifPresent(other -> {
                throw new ProblemException(
                        ProblemCode.ALREADY_EXISTS,
                        "app `" + artifact.name() + "` with version code " + artifact.versionCode()
                                + " was uploaded with other bytes (" + other.sha256() + "): raise the version code");
            });
        }
        // One that waits to be collected is wanted again, and young again.
        Optional<Artifact> known = store.touch(handle, artifact.sha256(), clock.instant());
        if (known.isPresent()) {
            if (!known.get().custom().equals(artifact.custom())) {
                throw new ProblemException(
                        ProblemCode.ALREADY_EXISTS,
                        "the same bytes are known as " + known.get().kind().text() + " `"
                                + known.get().name() + "` " + known.get().version());
            }
            publishAgain(handle, caller.tenant(), artifact);
            return known.get();
        }
        insertAndPublish(handle, caller.tenant(), artifact);
        quotas.check(handle, Quota.ARTIFACT_BYTES);
        audit.append(
                handle,
                caller,
                "artifact.upload",
                "artifact/" + artifact.sha256(),
                Map.of(
                        "kind", artifact.kind().text(),
                        "name", artifact.name(),
                        "version", artifact.version()));
        return artifact;
    }

    /** Its publisher took it away since, and it is wanted again. */
    private void publishAgain(Handle handle, TenantId tenant, Artifact artifact) {
        String removal = trust.removing(handle).get(artifact.path());
        if (removal != null) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "`" + artifact.sha256() + "` is being taken away by draft " + removal + ": discard it first");
        }
        if (!trust.unpublished(handle, tenant, List.of(artifact.path())).isEmpty()
                && !trust.drafted(handle).containsKey(artifact.path())) {
            publish(handle, tenant, artifact);
        }
    }

    private void insertAndPublish(Handle handle, TenantId tenant, Artifact artifact) {
        if (store.insert(handle, artifact)) {
            publish(handle, tenant, artifact);
        }
    }

    private void publish(Handle handle, TenantId tenant, Artifact artifact) {
        trust.publish(
                handle,
                tenant,
                List.of(new TrustService.Publication(
                        artifact.publisher(),
                        artifact.path(),
                        artifact.length(),
                        artifact.sha256(),
                        artifact.custom())));
    }
}
