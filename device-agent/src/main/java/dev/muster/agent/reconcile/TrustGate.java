package dev.muster.agent.reconcile;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.update.DeltaOffers;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.delta.DeltaPath;
import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MetadataFetcher;
import dev.muster.trust.uptane.DesiredStateVerifier;
import dev.muster.trust.uptane.DeviceRules;
import dev.muster.trust.uptane.TargetIdentity;
import dev.muster.trust.uptane.TargetKind;
import dev.muster.trust.uptane.VerifiedDesiredState;
import dev.muster.trust.uptane.VerifiedTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * The only door through which a document comes in: both repositories verified by {@code trust}, and our own part of the
 * metadata read strictly. One thread.
 */
public final class TrustGate implements DesiredSource, DeltaOffers {
    private final DesiredStateVerifier verifier;
    private final Path store;
    private final InstantSource clock;
    private final Rules rules;

    /**
     * Anchored by the roots given at enrolment, unless the store already has newer ones.
     *
     * @param counters highest release counter ever in force, by target name
     */
    public TrustGate(
            Path store,
            byte[] directorRoot,
            byte[] imagesRoot,
            MetadataFetcher director,
            MetadataFetcher images,
            DeviceRef device,
            String hardware,
            ToLongFunction<String> counters,
            InstantSource clock) {
        this.store = store;
        this.clock = clock;
        this.rules = new Rules(device, hardware, counters);
        this.verifier = new DesiredStateVerifier(store, director, images, clock, Limits.DEFAULT, rules);
        verifier.initialise(directorRoot, imagesRoot);
    }

    @Override
    public Refresh refresh() {
        return refresh(verifier);
    }

    // INVARIANT (a delta is only a way): metadata that cannot be had, or is refused, costs the delta and nothing else.
    @Override
    public Optional<Offer> offer(DesiredTarget target, String baseSha256) {
        try {
            return verifier.delta(DeltaPath.delta(target.sha256(), baseSha256)).flatMap(delta -> verifier.delta(
                            DeltaPath.segments(target.sha256()))
                    .map(segments -> new Offer(delta.sha256(), delta.length(), segments.sha256(), segments.length())));
        } catch (TrustException | ProtocolException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Chunks> chunks(DesiredTarget target) {
        try {
            return verifier.delta(DeltaPath.chunks(target.sha256()))
                    .flatMap(index -> verifier.delta(DeltaPath.store(target.sha256()))
                            .map(store -> new Chunks(index.sha256(), index.length(), store.sha256(), store.length())));
        } catch (TrustException | ProtocolException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Verifies what others bring on a copy of the store, which is thrown away: a document that is refused in the end may be newer in one
     * of its parts, and must not move what is trusted.
     */
    public Refresh rehearse(MetadataFetcher director, MetadataFetcher images) {
        Path copy = store.resolveSibling(store.getFileName() + "-rehearsal");
        try {
            AtomicFiles.deleteTree(copy);
            AtomicFiles.copyTree(store, copy);
            return refresh(new DesiredStateVerifier(copy, director, images, clock, Limits.DEFAULT, rules));
        } catch (IOException e) {
            return new Refresh.Refused("storage", "the trusted metadata cannot be copied: " + e.getMessage());
        } finally {
            try {
                AtomicFiles.deleteTree(copy);
            } catch (IOException e) {
                // The next rehearsal begins with the same.
            }
        }
    }

    private Refresh refresh(DesiredStateVerifier verifier) {
        try {
            rules.unknown.clear();
            return new Refresh.Fresh(read(verifier.refresh(), rules.unknown));
        } catch (TrustException.Unreachable | TrustException.Storage e) {
            return new Refresh.Unreachable(text(e));
        } catch (TrustException e) {
            return new Refresh.Refused(e.code(), text(e));
        } catch (ProtocolException | IllegalArgumentException e) {
            return new Refresh.Refused("malformed", text(e));
        }
    }

    private static DesiredState read(VerifiedDesiredState verified, Set<String> unknownTargets) {
        DirectorCustom custom = DirectorCustom.fromCustom(verified.custom());
        List<DesiredTarget> targets = new ArrayList<>();
        for (VerifiedTarget target : verified.targets()) {
            DesiredTarget desired = read(target);
            if (custom.absent().contains(desired.name())) {
                throw new ProtocolException(
                        "expected `" + desired.name().text() + "` to be present or absent, found both");
            }
            targets.add(desired);
        }
        Set<String> unknown = new TreeSet<>(unknownTargets);
        unknown.addAll(custom.unknown());
        return new DesiredState(custom.generation(), targets, custom.absent(), unknown, custom.signedAt());
    }

    private static DesiredTarget read(VerifiedTarget target) {
        TargetCustom custom = TargetCustom.fromCustom(target.file().custom());
        return new DesiredTarget(
                custom.name(),
                target.path(),
                custom.hardware(),
                custom.version(),
                target.file().sha256(),
                target.file().length(),
                custom.releaseCounter(),
                custom.lease(),
                custom.onExpiry(),
                custom.install());
    }

    private static String text(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? "no reason given" : message;
    }

    private static final class Rules implements DeviceRules {
        final Set<String> unknown = new TreeSet<>();

        private final DeviceRef device;
        private final String hardware;
        private final ToLongFunction<String> counters;

        Rules(DeviceRef device, String hardware, ToLongFunction<String> counters) {
            this.device = device;
            this.hardware = hardware;
            this.counters = counters;
        }

        @Override
        public boolean namesThisDevice(Map<String, ?> documentCustom) {
            return DirectorCustom.fromCustom(documentCustom).device().equals(device);
        }

        @Override
        public boolean knows(Map<String, ?> targetCustom) {
            String name = TargetCustom.nameIn(targetCustom);
            boolean known = TargetName.find(name).isPresent();
            if (!known) {
                unknown.add(name);
            }
            return known;
        }

        @Override
        public TargetIdentity identity(Map<String, ?> targetCustom) {
            TargetCustom custom = TargetCustom.fromCustom(targetCustom);
            return new TargetIdentity(
                    kind(custom.name()), custom.name().text(), custom.hardware(), custom.releaseCounter());
        }

        private static TargetKind kind(TargetName name) {
            return switch (name) {
                case TargetName.Image i -> TargetKind.IMAGE;
                case TargetName.App a -> TargetKind.APP;
                case TargetName.Policy p -> TargetKind.POLICY;
                case TargetName.Capabilities c -> TargetKind.POLICY;
                case TargetName.PolicyShadow s -> TargetKind.POLICY;
                case TargetName.Settings s -> TargetKind.SETTINGS;
            };
        }

        @Override
        public boolean fits(String targetHardware) {
            return TargetCustom.fits(targetHardware, hardware);
        }

        @Override
        public long committedReleaseCounter(String name) {
            return counters.applyAsLong(name);
        }
    }
}
