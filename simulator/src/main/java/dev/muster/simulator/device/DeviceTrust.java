package dev.muster.simulator.device;

import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.simulator.device.Document.Target;
import dev.muster.trust.client.TrustStore;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.uptane.DeviceRules;
import dev.muster.trust.uptane.PartialVerifier;
import dev.muster.trust.uptane.TargetIdentity;
import dev.muster.trust.uptane.TargetKind;
import dev.muster.trust.uptane.VerifiedDesiredState;
import dev.muster.trust.uptane.VerifiedTarget;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a device believes: partial verification of the director's document (Uptane standard 2.1, 5.4.4.1), kept in memory. It holds
 * against whoever is on the line; the image repository is not asked. One thread at a time.
 */
public final class DeviceTrust {
    private final Memory memory;
    private final PartialVerifier verifier;
    private final Map<String, Long> counters = new HashMap<>(2);
    private final byte[] anchor;
    private boolean anchored;

    /**
     * Anchored by the root that enrolment brought, which is checked when the first document comes: most devices of a simulation may
     * never get one.
     *
     * @param clock the device's own, which may be wrong
     */
    public DeviceTrust(DeviceRef device, String hardware, byte[] directorRoot, InstantSource clock) {
        this.memory = new Memory(directorRoot);
        this.verifier = new PartialVerifier(memory, clock, new Rules(device, hardware, counters));
        this.anchor = directorRoot;
    }

    private void anchor() {
        if (!anchored) {
            verifier.initialise(anchor);
            anchored = true;
        }
    }

    /** Version of the director's root that is believed. */
    public long rootVersion() {
        anchor();
        return memory.read(Root.TYPE).map(root -> Signed.root(root).version()).orElse(0L);
    }

    /** Follows the director's next root. */
    public void follow(byte[] nextRoot) {
        anchor();
        verifier.follow(nextRoot);
    }

    /**
     * Believes a targets document, or changes nothing.
     *
     * @throws dev.muster.trust.TrustException where it is not to be believed
     * @throws RuntimeException where our own part of it cannot be read
     */
    public Document accept(byte[] targets) {
        anchor();
        VerifiedDesiredState verified = verifier.accept(targets);
        DirectorCustom custom = DirectorCustom.fromCustom(verified.custom());
        List<Target> read = new ArrayList<>();
        for (VerifiedTarget target : verified.targets()) {
            TargetCustom own = TargetCustom.fromCustom(target.file().custom());
            read.add(new Target(
                    own.name(),
                    own.version(),
                    target.file().sha256(),
                    target.file().length(),
                    own.releaseCounter(),
                    own.install()));
        }
        return new Document(custom.generation(), read, custom.absent());
    }

    /** The target is in force: nothing below its counter is believed from now on. */
    void committed(Target target) {
        counters.merge(target.name().text(), target.releaseCounter(), Math::max);
    }

    /** Two roles; the bytes of the root that enrolment brought are one array for all devices. */
    private static final class Memory implements TrustStore {
        private final byte[] shared;
        private byte @Nullable [] root;
        private byte @Nullable [] targets;

        Memory(byte[] shared) {
            this.shared = shared;
        }

        @Override
        public Optional<byte[]> read(String role) {
            return Optional.ofNullable(role.equals(Root.TYPE) ? root : targets);
        }

        @Override
        public void write(String role, byte[] bytes) {
            if (role.equals(Root.TYPE)) {
                root = Arrays.equals(bytes, shared) ? shared : bytes;
            } else {
                targets = bytes;
            }
        }

        @Override
        public void delete(String role) {
            if (role.equals(Root.TYPE)) {
                root = null;
            } else {
                targets = null;
            }
        }
    }

    private record Rules(DeviceRef device, String hardware, Map<String, Long> counters) implements DeviceRules {
        @Override
        public boolean namesThisDevice(Map<String, ?> documentCustom) {
            return DirectorCustom.fromCustom(documentCustom).device().equals(device);
        }

        @Override
        public boolean knows(Map<String, ?> targetCustom) {
            return TargetName.find(TargetCustom.nameIn(targetCustom)).isPresent();
        }

        @Override
        public TargetIdentity identity(Map<String, ?> targetCustom) {
            TargetCustom custom = TargetCustom.fromCustom(targetCustom);
            return new TargetIdentity(
                    kind(custom.name()), custom.name().text(), custom.hardware(), custom.releaseCounter());
        }

        private static TargetKind kind(TargetName name) {
            return switch (name) {
                case TargetName.Image image -> TargetKind.IMAGE;
                case TargetName.App app -> TargetKind.APP;
                case TargetName.Policy policy -> TargetKind.POLICY;
                case TargetName.Capabilities capabilities -> TargetKind.POLICY;
                case TargetName.PolicyShadow shadow -> TargetKind.POLICY;
                case TargetName.Settings settings -> TargetKind.SETTINGS;
            };
        }

        @Override
        public boolean fits(String targetHardware) {
            return TargetCustom.fits(targetHardware, hardware);
        }

        @Override
        public long committedReleaseCounter(String name) {
            return counters.getOrDefault(name, 0L);
        }
    }
}
