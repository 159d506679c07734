/**
 * Chains by which the holder of a capability narrows it and hands it on, offline, and the proof of whoever presents one.
 * Format and rules: {@code docs/reference/capability-chain-format.md}. Pure.
 */
@NullMarked
package dev.muster.policy.delegation;

import org.jspecify.annotations.NullMarked;
