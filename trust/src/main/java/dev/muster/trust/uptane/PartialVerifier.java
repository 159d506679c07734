package dev.muster.trust.uptane;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.TrustStore;
import dev.muster.trust.metadata.Delegations;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Partial verification for a sub-device that cannot do more (Uptane standard 2.1, section 5.4.4.1): the director's
 * targets document alone, handed over by its gateway. It holds against a gateway or a line that lies; against a stolen
 * director key it does not, which is why the gateway verifies fully before it hands anything over. Not thread-safe.
 */
public final class PartialVerifier {
    private final TrustStore store;
    private final InstantSource clock;
    private final DeviceRules rules;

    /**
     * @param store of this sub-device; keeps the director's root and the last accepted document
     * @param rules who the sub-device is, and what it holds
     */
    public PartialVerifier(TrustStore store, InstantSource clock, DeviceRules rules) {
        this.store = store;
        this.clock = clock;
        this.rules = rules;
    }

    /** Anchors the sub-device; one that has a sound root keeps it. */
    public void initialise(byte[] directorRoot) {
        Signed<Root> anchor = selfSigned(directorRoot);
        if (store.read(Root.TYPE).isEmpty()) {
            store.write(Root.TYPE, anchor.bytes());
        }
    }

    /** Follows the director's next root, signed by old and new keys (TUF 5.3.4, 5.3.5). */
    public void follow(byte[] nextRoot) {
        Signed<Root> trusted = root();
        Signed<Root> next = selfSigned(nextRoot);
        requireRootSignatures(next, trusted.metadata());
        if (next.version() != trusted.version() + 1) {
            throw new TrustException.VersionMismatch(Root.TYPE, trusted.version() + 1, next.version());
        }
        store.write(Root.TYPE, next.bytes());
    }

    /**
     * Accepts a director's targets document, or changes nothing.
     *
     * @return what this sub-device must be
     * @throws TrustException one type per class of failure
     */
    public VerifiedDesiredState accept(byte[] document) {
        Root root = root().metadata();
        Signed<Targets> offered = Signed.targets(Targets.TYPE, document);
        // 5.4.4.1, step 3: signed by a threshold of the keys that the root names.
        offered.requireSignatures(Targets.TYPE, Root.TYPE, root.role(Targets.TYPE), root.keys());
        Targets targets = offered.metadata();
        // Step 4: never an older one. What is kept may be damaged; it is checked again before it counts.
        store.read(Targets.TYPE)
                .flatMap(kept -> sound(kept, root))
                .filter(kept -> kept.version() > offered.version())
                .ifPresent(kept -> {
                    throw new TrustException.Rollback(Targets.TYPE, kept.version(), offered.version());
                });
        // Step 5: in time.
        targets.requireUnexpired(Targets.TYPE, clock.instant());
        // Step 6: the director passes its word on to nobody.
        if (!targets.delegations().equals(Delegations.NONE)) {
            throw new TrustException.Malformed("director document", "expected no delegations, found some");
        }
        VerifiedDesiredState state = new VerifiedDesiredState(targets.version(), ownTargets(targets), targets.custom());
        store.write(Targets.TYPE, document);
        return state;
    }

    // Steps 7 to 9: made for this sub-device, for its hardware, and no release counter below the one it committed.
    private List<VerifiedTarget> ownTargets(Targets targets) {
        if (!readCustom(() -> rules.namesThisDevice(targets.custom()))) {
            throw new TrustException.Foreign("`custom` names another device, or none");
        }
        List<VerifiedTarget> own = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Map.Entry<String, TargetFile> entry : targets.targets().entrySet()) {
            TargetFile file = entry.getValue();
            if (!readCustom(() -> rules.knows(file.custom()))) {
                continue;
            }
            TargetIdentity identity = readCustom(() -> rules.identity(file.custom()));
            TargetPath.require(entry.getKey(), identity.kind());
            if (!rules.fits(identity.hardware())) {
                throw new TrustException.Foreign("`" + entry.getKey() + "` is for hardware `" + identity.hardware()
                        + "`, which this device is not");
            }
            long committed = rules.committedReleaseCounter(identity.name());
            if (identity.releaseCounter() < committed) {
                throw new TrustException.Rollback(identity.name(), committed, identity.releaseCounter());
            }
            if (!names.add(identity.name())) {
                throw new TrustException.Malformed(
                        "director document", "expected one target for `" + identity.name() + "`, found two");
            }
            own.add(new VerifiedTarget(entry.getKey(), file, identity, Targets.TYPE));
        }
        return own;
    }

    private Signed<Root> root() {
        return selfSigned(store.read(Root.TYPE)
                .orElseThrow(() -> new TrustException.NotFound(Root.TYPE, "the sub-device's store")));
    }

    private static Optional<Signed<Targets>> sound(byte[] kept, Root root) {
        try {
            Signed<Targets> targets = Signed.targets(Targets.TYPE, kept);
            targets.requireSignatures(Targets.TYPE, Root.TYPE, root.role(Targets.TYPE), root.keys());
            return Optional.of(targets);
        } catch (TrustException damaged) {
            return Optional.empty();
        }
    }

    private static Signed<Root> selfSigned(byte[] bytes) {
        Signed<Root> root = Signed.root(bytes);
        requireRootSignatures(root, root.metadata());
        return root;
    }

    private static void requireRootSignatures(Signed<Root> offered, Root keysOf) {
        offered.requireSignatures(Root.TYPE, "root version " + keysOf.version(), keysOf.role(Root.TYPE), keysOf.keys());
    }

    private static <T> T readCustom(Supplier<T> reader) {
        try {
            return reader.get();
        } catch (TrustException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new TrustException.Malformed("director document", "`custom`: " + e.getMessage(), e);
        }
    }
}
