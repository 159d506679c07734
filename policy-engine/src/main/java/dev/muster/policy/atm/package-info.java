/**
 * OpenHarmony's Access Token Manager as a library: tokens, install admission, states and flags, grants, user policy,
 * one-time and timed grants, dialogs, sandboxes, mapped remote tokens. An independent implementation of its behaviour,
 * checked by conformance vectors; {@link dev.muster.policy.atm.Atm} is the way in.
 */
@NullMarked
package dev.muster.policy.atm;

import org.jspecify.annotations.NullMarked;
