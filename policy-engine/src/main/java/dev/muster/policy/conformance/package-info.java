/** Runs files of ATM conformance vectors against {@link dev.muster.policy.atm.Atm}. */
@NullMarked
package dev.muster.policy.conformance;

import org.jspecify.annotations.NullMarked;
