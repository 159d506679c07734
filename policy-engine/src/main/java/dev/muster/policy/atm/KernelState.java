package dev.muster.policy.atm;

import java.util.BitSet;
import java.util.Map;

/**
 * What the kernel knows of a token: the effective status of every permission, so that a check needs no service.
 *
 * @param granted one bit per permission, at its position in the definitions in force. Never modify it
 * @param effects permissions that the kernel itself enforces and that are granted, with their value; {@code true} for
 *     those without one
 */
public record KernelState(BitSet granted, Map<String, String> effects) {
    public KernelState {
        granted = (BitSet) granted.clone();
        effects = Map.copyOf(effects);
    }
}
