package dev.muster.control.trustrepo;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.foureyes.Critical;
import dev.muster.control.foureyes.CriticalChange;
import dev.muster.control.foureyes.FourEyesService;
import dev.muster.control.foureyes.SecondPerson;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.repository.Drafts;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.repository.Validity;
import dev.muster.trust.signing.Draft;
import dev.muster.trust.signing.Holders;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Changes of keys and what only people can sign: made as drafts, signed elsewhere, published once every file of the
 * change has its signatures. Thread-safe.
 */
@Singleton
public final class TrustChangeService implements CriticalChange {
    private static final Logger LOG = Logger.getLogger(TrustChangeService.class);
    private static final int MOST_LISTED = 200;
    private static final String KIND = "trust.publish";
    private static final String OBJECT = "trust-change/";
    /** Signs of what is trusted already: packages that a publisher adds, and the same file with a later expiry. */
    private static final Set<String> UNCRITICAL = Set.of("upload", "renew");

    private static final String DIRECTOR_KEYS = "director-";

    private final TrustService trust;
    private final TrustDraftStore store;
    private final TrustKeys keys;
    private final FourEyesService fourEyes;
    private final SecondPerson second;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    TrustChangeService(
            TrustService trust,
            TrustDraftStore store,
            TrustKeys keys,
            FourEyesService fourEyes,
            SecondPerson second,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.trust = trust;
        this.store = store;
        this.keys = keys;
        this.fourEyes = fourEyes;
        this.second = second;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** New keys of a rotation; who is left out keeps theirs. */
    record Rotation(
            Optional<Holders> root,
            Optional<Holders> targets,
            Optional<Holders> directorRoot,
            Map<String, Holders> publishers) {}

    List<TrustDraft> list(Access access) {
        return transactions.in(access.tenant(), handle -> store.list(handle, MOST_LISTED));
    }

    TrustDraft get(Access access, UUID id) {
        return transactions.in(access.tenant(), handle -> require(handle, id));
    }

    List<TrustDraft> rotate(Access access, Rotation rotation) {
        return change(access, "rotate", "trust", handle -> {
            List<Draft> drafts = new ArrayList<>();
            if (rotation.root().isPresent()
                    || rotation.targets().isPresent()
                    || !rotation.publishers().isEmpty()) {
                drafts.addAll(images(handle, access.tenant())
                        .rotation(rotation.root(), rotation.targets(), rotation.publishers()));
            }
            rotation.directorRoot()
                    .ifPresent(holders -> drafts.add(directorRoot(handle, access.tenant(), Optional.of(holders))));
            if (drafts.isEmpty()) {
                throw new IllegalArgumentException("expected keys for something, found none");
            }
            return drafts;
        });
    }

    /** New keys, made here, for what this server signs by itself: names of keys, such as {@code policy} or {@code director-targets}. */
    List<TrustDraft> rotateOnline(Access access, Set<String> names) {
        return change(access, "rotate", "trust", handle -> {
            for (String name : names) {
                if (!StarterKeys.ONLINE.contains(name)) {
                    throw new IllegalArgumentException("expected a key that this server holds, one of "
                            + String.join(", ", StarterKeys.ONLINE) + ", found `" + name + "`");
                }
            }
            Drafts images = images(handle, access.tenant());
            // Before a key is made: one that a draft waits for must not be replaced.
            for (String role : List.of(Root.TYPE, Targets.TYPE)) {
                requireNoneOpen(handle, Drafts.IMAGES, role);
            }
            requireNoneOpen(handle, Drafts.DIRECTOR, Root.TYPE);
            Map<String, Signer> made = keys.makeNext(access.tenant(), names);
            Map<String, TrustKey> ofImages = new HashMap<>();
            Map<String, TrustKey> ofDirector = new HashMap<>();
            names.forEach(name -> {
                TrustKey key = Objects.requireNonNull(made.get(name)).publicKey();
                if (name.startsWith(DIRECTOR_KEYS)) {
                    ofDirector.put(name.substring(DIRECTOR_KEYS.length()), key);
                } else {
                    ofImages.put(name, key);
                }
            });
            List<Draft> drafts = new ArrayList<>();
            if (!ofImages.isEmpty()) {
                drafts.addAll(images.onlineRotation(ofImages));
            }
            if (!ofDirector.isEmpty()) {
                drafts.add(Drafts.directorOnline(
                        trust.director(handle, access.tenant()), ofDirector, Validity.DEFAULT, clock.instant()));
            }
            return drafts;
        });
    }

    List<TrustDraft> delegate(Access access, String publisher, Holders holders) {
        return change(access, "delegate", "publisher/" + publisher, handle -> images(handle, access.tenant())
                .delegation(publisher, holders));
    }

    List<TrustDraft> revoke(Access access, String publisher) {
        return change(access, "revoke", "publisher/" + publisher, handle -> images(handle, access.tenant())
                .revocation(publisher));
    }

    List<TrustDraft> renew(Access access, String repository, String role) {
        return change(
                access,
                "renew",
                repository + "/" + role,
                handle -> repository.equals(Drafts.DIRECTOR)
                        ? List.of(directorRoot(handle, access.tenant(), Optional.empty()))
                        : List.of(images(handle, access.tenant()).renewal(role)));
    }

    /**
     * Asks whoever signs for the role of {@code path} that the target is taken away; where the server can sign, it is gone at
     * once.
     *
     * @param object what it is, for the audit log
     * @param allowed called first, in the same transaction; throws where something still needs the target
     */
    public TrustDraft.Answer remove(Access access, String object, String path, Consumer<Handle> allowed) {
        return change(access, "remove", object, handle -> {
                    allowed.accept(handle);
                    return List.of(images(handle, access.tenant()).removal(path));
                })
                .getFirst()
                .answer();
    }

    /** Takes signatures in, and publishes the change if they were the last ones. */
    TrustDraft sign(Access access, UUID id, byte[] file) {
        TrustDraft result = transactions.in(access.tenant(), handle -> {
            trust.lockedImages(handle, access.tenant());
            TrustDraft open = requireOpen(handle, id);
            Draft signed = refused(() -> open.draft().withSignaturesOf(Draft.parse(file)));
            if (signed.progress().equals(open.draft().progress())) {
                throw new ProblemException(
                        ProblemCode.INVALID_REQUEST, "expected a new signature by a key that is asked for, found none");
            }
            store.replaceBody(handle, id, signed);
            audit.append(
                    handle,
                    access.caller(),
                    "trust.sign",
                    "trust-draft/" + id,
                    Map.of("role", signed.role(), "version", signed.version(), "signedBy", signers(signed)));
            publishIfComplete(handle, access, open.change());
            return require(handle, id);
        });
        afterwards(access.tenant());
        return result;
    }

    /** Gives a change up: all its drafts. */
    void discard(Access access, UUID id) {
        transactions.run(access.tenant(), handle -> {
            trust.lockedImages(handle, access.tenant());
            TrustDraft open = require(handle, id);
            if (!open.state().equals("queued")) {
                requireOpen(handle, id);
            }
            giveUp(handle, access, open.change());
            fourEyes.waiting(handle, KIND, OBJECT + open.change())
                    .ifPresent(request -> fourEyes.dismiss(handle, access, request.id()));
            audit.append(
                    handle,
                    access.caller(),
                    "trust.discard",
                    "trust-draft/" + id,
                    Map.of("role", open.draft().role(), "version", open.draft().version()));
        });
        afterwards(access.tenant());
    }

    private void giveUp(Handle handle, Access access, UUID change) {
        List<TrustDraft> drafts = store.ofChange(handle, change);
        store.settle(handle, change, "discarded", clock.instant());
        openQueued(handle, access.tenant(), drafts, false);
    }

    private interface Making {
        List<Draft> in(Handle handle);
    }

    private List<TrustDraft> change(Access access, String reason, String object, Making making) {
        UUID change = UUID.randomUUID();
        Instant now = clock.instant();
        List<TrustDraft> result = transactions.in(access.tenant(), handle -> {
            List<UUID> ids = new ArrayList<>();
            for (Draft draft : refused(() -> making.in(handle))) {
                requireNoneOpen(handle, draft.repository(), draft.role());
                TrustDraft made = new TrustDraft(
                        UUID.randomUUID(),
                        change,
                        reason,
                        "open",
                        withServerKeys(access.tenant(), draft),
                        now,
                        access.caller().actor(),
                        Optional.empty());
                store.insert(handle, made, second.behind(handle, access.caller()));
                ids.add(made.id());
            }
            audit.append(
                    handle,
                    access.caller(),
                    "trust." + reason,
                    object,
                    Map.of("change", change.toString(), "drafts", ids.size()));
            publishIfComplete(handle, access, change);
            return ids.stream().map(id -> require(handle, id)).toList();
        });
        afterwards(access.tenant());
        return result;
    }

    private void requireNoneOpen(Handle handle, String repository, String role) {
        store.open(handle, repository, role).ifPresent(other -> {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "`" + role + "` is being changed by draft `" + other.id() + "`: sign or discard it first");
        });
    }

    // What the server can sign it signs at once: in starter mode, the side of the old keys.
    private Draft withServerKeys(TenantId tenant, Draft draft) {
        StarterKeys ring = keys.of(tenant);
        Draft result = draft;
        for (String name : ring.offlineHeld()) {
            Signer signer = ring.signer(name);
            boolean asked = draft.progress().stream().anyMatch(progress -> progress.need()
                    .holders()
                    .byId()
                    .containsKey(signer.publicKey().keyId()));
            if (asked) {
                result = result.withSignature(signer);
            }
        }
        return result;
    }

    private void publishIfComplete(Handle handle, Access access, UUID change) {
        List<TrustDraft> drafts = store.ofChange(handle, change);
        if (drafts.stream().allMatch(draft -> draft.draft().isComplete())
                && !heldForASecondPerson(handle, access, change, drafts)) {
            publish(handle, access, change, drafts);
        }
    }

    private boolean heldForASecondPerson(Handle handle, Access access, UUID change, List<TrustDraft> drafts) {
        TrustDraft any = drafts.getFirst();
        if (UNCRITICAL.contains(any.reason())
                || !fourEyes.asks(handle, Critical.TRUST)
                || !signedHere(access.tenant(), drafts)) {
            return false;
        }
        if (fourEyes.waiting(handle, KIND, OBJECT + change).isEmpty()) {
            Set<String> people = store.people(handle, change);
            List<String> files = drafts.stream()
                    .map(draft -> draft.draft().repository() + "/"
                            + draft.draft().role() + " version " + draft.draft().version())
                    .toList();
            fourEyes.ask(
                    handle,
                    access,
                    new FourEyesService.Ask(
                            KIND,
                            OBJECT + change,
                            any.reason() + ": " + String.join(", ", files),
                            Map.of(
                                    "change",
                                    change.toString(),
                                    "reason",
                                    any.reason(),
                                    "files",
                                    files,
                                    "drafts",
                                    drafts.stream()
                                            .map(draft -> draft.id().toString())
                                            .toList())),
                    people.isEmpty() ? second.behind(handle, any.createdBy()) : people,
                    any.createdBy());
        }
        return true;
    }

    /** Whether a key that lies on this server made a signature of people's: then the holders of keys alone did not decide. */
    private boolean signedHere(TenantId tenant, List<TrustDraft> drafts) {
        StarterKeys ring = keys.of(tenant);
        Set<String> here = ring.offlineHeld().stream()
                .map(name -> ring.signer(name).publicKey().keyId())
                .collect(Collectors.toSet());
        return drafts.stream()
                .flatMap(draft -> draft.draft().progress().stream())
                .flatMap(progress -> progress.signedBy().stream())
                .anyMatch(here::contains);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void carryOut(Handle handle, Access approver, JsonObject change) {
        trust.lockedImages(handle, approver.tenant());
        UUID id = UUID.fromString(change.string("change"));
        List<TrustDraft> drafts = store.ofChange(handle, id);
        if (drafts.isEmpty() || !drafts.stream().allMatch(draft -> draft.draft().isComplete())) {
            throw new ProblemException(
                    ProblemCode.CONFLICT, "expected drafts that have all signatures, found others: reject the request");
        }
        publish(handle, approver, id, drafts);
    }

    @Override
    public void drop(Handle handle, Access by, JsonObject change) {
        trust.lockedImages(handle, by.tenant());
        giveUp(handle, by, UUID.fromString(change.string("change")));
    }

    private void publish(Handle handle, Access access, UUID change, List<TrustDraft> drafts) {
        Map<String, byte[]> images = new HashMap<>();
        Optional<byte[]> directorRoot = Optional.empty();
        for (TrustDraft draft : drafts) {
            if (draft.draft().repository().equals(Drafts.DIRECTOR)) {
                directorRoot = Optional.of(draft.draft().document());
            } else {
                images.put(draft.draft().role(), draft.draft().document());
            }
        }
        Optional<byte[]> root = directorRoot;
        refused(() -> {
            trust.publishSigned(handle, access.tenant(), images, root);
            return change;
        });
        store.settle(handle, change, "published", clock.instant());
        openQueued(handle, access.tenant(), drafts, true);
        audit.append(
                handle, access.caller(), "trust.publish", "trust-change/" + change, Map.of("files", drafts.size()));
    }

    private void openQueued(Handle handle, TenantId tenant, List<TrustDraft> settled, boolean published) {
        for (TrustDraft draft : settled) {
            if (draft.draft().repository().equals(Drafts.IMAGES)) {
                Set<String> removed = published ? draft.draft().removes() : Set.of();
                trust.openQueued(handle, tenant, draft.draft().role(), removed);
            }
        }
    }

    // After the transaction: a key is never removed for a change that was rolled back.
    @Override
    public void afterwards(TenantId tenant) {
        List<String> removed = trust.removeUnusedKeys(tenant);
        if (!removed.isEmpty()) {
            LOG.infof(
                    "keys %s of `%s` were changed or are not used any more: the old ones are off this server",
                    removed, tenant);
        }
    }

    private Drafts images(Handle handle, TenantId tenant) {
        return Drafts.of(trust.lockedImages(handle, tenant), clock.instant());
    }

    private Draft directorRoot(Handle handle, TenantId tenant, Optional<Holders> holders) {
        return Drafts.directorRoot(trust.director(handle, tenant), holders, Validity.DEFAULT, clock.instant());
    }

    private TrustDraft require(Handle handle, UUID id) {
        return store.find(handle, id)
                .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "no draft `" + id + "`"));
    }

    private TrustDraft requireOpen(Handle handle, UUID id) {
        TrustDraft draft = require(handle, id);
        if (!draft.state().equals("open")) {
            throw new ProblemException(
                    ProblemCode.CONFLICT, "expected an open draft, found `" + id + "` " + draft.state());
        }
        return draft;
    }

    private static List<String> signers(Draft draft) {
        return draft.progress().stream()
                .flatMap(progress -> progress.signedBy().stream())
                .distinct()
                .toList();
    }

    private interface Step<T> {
        T run();
    }

    private static <T> T refused(Step<T> step) {
        try {
            return step.run();
        } catch (TrustException.NotFound e) {
            throw new ProblemException(ProblemCode.NOT_FOUND, String.valueOf(e.getMessage()));
        } catch (TrustException | IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
