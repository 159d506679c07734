package dev.muster.policy.delegation;

import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.capability.DeviceCapability;
import dev.muster.policy.condition.Conditions;
import dev.muster.policy.condition.Situation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Judges a chain on a device, against the device's own capabilities. INVARIANT (narrowing by construction): it gives only
 * what the root as this device holds it gives, and every block.
 */
public final class ChainCheck {
    private ChainCheck() {}

    /**
     * What a chain comes to; anything doubtful refuses it.
     *
     * @param proof signature over {@link Claim#message}, base64url without padding
     * @param file the device's capabilities in force, from a verified target
     * @param situation its {@code now} is device time
     * @param timeIsKnown whether device time is known to be the present; where it is only a time that has passed for
     *     certain, a right that ends cannot be seen to last
     */
    public static ChainAnswer judge(
            DelegationChain chain,
            Claim claim,
            String proof,
            CapabilityFile file,
            Situation situation,
            boolean timeIsKnown) {
        DelegationRoot root = chain.root();
        Optional<DeviceCapability> held = file.find(root.capability());
        Optional<String> refused = Refusal.first(
                () -> root(root, claim, held),
                () -> first(Narrowing.problems(chain.rights())),
                () -> signatures(chain),
                () -> revoked(chain, file),
                () -> proof(chain, claim, proof),
                () -> coverage(chain, claim, held.orElseThrow()),
                () -> time(chain, situation.now(), timeIsKnown));
        if (refused.isPresent()) {
            return new ChainAnswer.Refused(refused.get());
        }
        return conditions(chain, file, held.orElseThrow(), situation);
    }

    /** A check that names what is wrong. */
    @FunctionalInterface
    private interface Refusal {
        Optional<String> check();

        static Optional<String> first(Refusal... checks) {
            for (Refusal check : checks) {
                Optional<String> refused = check.check();
                if (refused.isPresent()) {
                    return refused;
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<String> root(DelegationRoot root, Claim claim, Optional<DeviceCapability> held) {
        if (!root.tenant().equals(claim.tenant())) {
            return Optional.of("it is of tenant `" + root.tenant() + "`, this device of `" + claim.tenant() + "`");
        }
        if (held.isEmpty()) {
            return Optional.of("this device holds no capability `" + root.capability() + "`, or holds it no more");
        }
        if (held.get().holder().isEmpty()) {
            return Optional.of("capability `" + root.capability() + "` has no holder key and cannot be handed on");
        }
        return held.get().holder().get().equals(root.holder().text())
                ? Optional.empty()
                : Optional.of("capability `" + root.capability() + "` is held by key `"
                        + held.get().holder().get() + "`, the chain begins with `" + root.holder() + "`");
    }

    private static Optional<String> signatures(DelegationChain chain) {
        int bad = chain.firstBadSignature();
        return bad == 0
                ? Optional.empty()
                : Optional.of("block " + bad + " is altered, or not signed by the holder of what is before it");
    }

    private static Optional<String> revoked(DelegationChain chain, CapabilityFile file) {
        List<String> ids = chain.ids();
        for (int i = 0; i < ids.size(); i++) {
            if (file.revoked().contains(ids.get(i))) {
                return Optional.of((i == 0 ? "its root" : "block " + i) + " is revoked (id " + ids.get(i) + ")");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> proof(DelegationChain chain, Claim claim, String proof) {
        return chain.holder().verifies(claim.message(chain), ChainCodec.decode(proof))
                ? Optional.empty()
                : Optional.of("the proof is not the holder's (key `" + chain.holder()
                        + "`) over this nonce, device, app and permission");
    }

    private static Optional<String> coverage(DelegationChain chain, Claim claim, DeviceCapability root) {
        if (!root.permissions().contains(claim.permission())) {
            return Optional.of("capability `" + root.name() + "` does not give `" + claim.permission() + "`");
        }
        if (!root.apps().contains(claim.app())) {
            return Optional.of("capability `" + root.name() + "` is not for `" + claim.app() + "` on this device");
        }
        for (int i = 0; i < chain.blocks().size(); i++) {
            Delegation block = chain.blocks().get(i).right();
            if (!block.permissions().contains(claim.permission())) {
                return Optional.of("block " + (i + 1) + " does not hand on `" + claim.permission() + "`");
            }
            if (!block.bundles().isEmpty()
                    && block.bundles().stream()
                            .noneMatch(one -> Narrowing.covers(one, claim.app().bundle()))) {
                return Optional.of("block " + (i + 1) + " is not for app `" + claim.app() + "`");
            }
            if (!block.devices().isEmpty() && !block.devices().contains(claim.device())) {
                return Optional.of("block " + (i + 1) + " is not for device `" + claim.device() + "`");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> time(DelegationChain chain, Instant now, boolean isKnown) {
        if (!isKnown) {
            return Optional.of("this device does not know the time, its clock is not set, and a chain ends at a time");
        }
        for (int i = 0; i < chain.blocks().size(); i++) {
            Delegation block = chain.blocks().get(i).right();
            if (now.isBefore(block.notBefore())) {
                return Optional.of("block " + (i + 1) + " begins at " + block.notBefore() + ", device time is " + now);
            }
            if (!now.isBefore(block.notAfter())) {
                return Optional.of("block " + (i + 1) + " ended at " + block.notAfter() + ", device time is " + now);
            }
        }
        return Optional.empty();
    }

    private static ChainAnswer conditions(
            DelegationChain chain, CapabilityFile file, DeviceCapability root, Situation situation) {
        if (!root.condition().holds(file.context(situation))) {
            return new ChainAnswer.Waits(
                    root.name(),
                    Conditions.text(root.condition(), file.conditions().facts()));
        }
        for (int i = 0; i < chain.blocks().size(); i++) {
            Delegation block = chain.blocks().get(i).right();
            if (!block.holds(situation)) {
                return new ChainAnswer.Waits(
                        root.name(),
                        "block " + (i + 1) + ": " + block.conditionText().orElse("always"));
            }
        }
        return new ChainAnswer.Gives(root.name(), how(chain));
    }

    private static String how(DelegationChain chain) {
        if (chain.blocks().isEmpty()) {
            return "to its holder `" + chain.holder().brief() + "`";
        }
        Delegation last = chain.blocks().getLast().right();
        int blocks = chain.blocks().size();
        return "over " + (blocks == 1 ? "1 block" : blocks + " blocks") + " to `"
                + chain.holder().brief() + "` until " + last.notAfter() + " (block id "
                + chain.ids().getLast() + ")";
    }

    private static Optional<String> first(List<String> problems) {
        return problems.stream().findFirst();
    }
}
