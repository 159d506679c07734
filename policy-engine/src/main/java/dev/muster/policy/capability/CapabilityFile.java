package dev.muster.policy.capability;

import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.PolicyTest;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The content of target {@code capabilities}: the rights of one device, in a file of its own because they name the device.
 * Its signature is the target's. Format: {@code docs/reference/capability-format.md}. Immutable and thread-safe.
 *
 * @param device id of the device it is for
 * @param policyVersion version of the policy it was made from
 * @param conditions time zone and facts; its list of conditions is empty, each capability has its own
 * @param capabilities sorted by name; the first that holds is the one named
 * @param revoked revocation ids of chain blocks that no longer count, 64 lower-case hex digits each
 */
public record CapabilityFile(
        String device,
        long policyVersion,
        ConditionBlock conditions,
        List<DeviceCapability> capabilities,
        NavigableSet<String> revoked) {
    /** A file is at most this many bytes long. */
    public static final int MAX_LENGTH = 64 << 10;

    public CapabilityFile {
        if (device.isEmpty() || device.length() > 256) {
            throw new IllegalArgumentException("device id of 1 to 256 characters expected, found " + device.length());
        }
        if (policyVersion < 0) {
            throw new IllegalArgumentException("policy version of 0 or more expected, found " + policyVersion);
        }
        capabilities = capabilities.stream()
                .sorted(Comparator.comparing(DeviceCapability::name))
                .toList();
        for (int i = 1; i < capabilities.size(); i++) {
            if (capabilities.get(i).name().equals(capabilities.get(i - 1).name())) {
                throw new IllegalArgumentException(
                        "capability `" + capabilities.get(i).name() + "` is listed twice");
            }
        }
        revoked = Collections.unmodifiableNavigableSet(new TreeSet<>(revoked));
        revoked.forEach(id -> {
            if (!id.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "revocation id of 64 lower-case hex digits expected, found `" + id + "`");
            }
        });
    }

    /**
     * The bytes of the file. Equal files give equal bytes.
     *
     * @throws CapabilityException when they would be more than {@link #MAX_LENGTH}
     */
    public byte[] write() {
        return CapabilityCodec.write(this);
    }

    /**
     * Reads and checks a file.
     *
     * @param device the device that reads it
     * @throws CapabilityException when it is altered, truncated, too long, of another version, or for another device
     */
    public static CapabilityFile read(ByteBuffer bytes, String device) {
        CapabilityFile file = CapabilityCodec.read(bytes);
        if (!file.device().equals(device)) {
            throw new CapabilityException(
                    "capabilities: a file for device `" + device + "` expected, found one for `" + file.device() + "`");
        }
        return file;
    }

    /** What is true now, in this file's numbering. */
    public DecisionContext context(Situation situation) {
        return conditions.facts().context(situation, conditions.zone());
    }

    /** The same for a moment that names what holds. */
    public DecisionContext context(PolicyTest.Moment moment) {
        return conditions.facts().context(moment, conditions.zone());
    }

    /** The facts that its conditions ask for. */
    public FactTable facts() {
        return conditions.facts();
    }

    /** The capability of a name. */
    public Optional<DeviceCapability> find(String name) {
        return capabilities.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /**
     * What this file says about a permission that the bundle would let a grant give.
     *
     * @return the first capability that holds, else the first that waits for its condition; empty where none is for it
     */
    public Optional<Found> ask(AppKey app, String permission, DecisionContext context) {
        DeviceCapability waiting = null;
        for (DeviceCapability one : capabilities) {
            if (one.holder().isEmpty()
                    && one.permissions().contains(permission)
                    && one.apps().contains(app)) {
                if (one.condition().holds(context)) {
                    return Optional.of(new Found(one, true));
                }
                waiting = waiting == null ? one : waiting;
            }
        }
        return Optional.ofNullable(waiting).map(one -> new Found(one, false));
    }

    /** The capabilities that give it to whoever presents a chain from their holder, whether their conditions hold or not. */
    public List<DeviceCapability> delegable(AppKey app, String permission) {
        return capabilities.stream()
                .filter(one -> one.holder().isPresent()
                        && one.permissions().contains(permission)
                        && one.apps().contains(app))
                .toList();
    }

    /** A capability for what was asked, and whether its condition holds. */
    public record Found(DeviceCapability capability, boolean holds) {}
}
