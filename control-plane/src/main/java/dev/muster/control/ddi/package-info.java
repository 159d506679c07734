/**
 * hawkBit's clients as devices of the fleet: DDI v1 on a port of its own, off for every tenant until an administrator opens it.
 *
 * <p>An action is the shadow of one generation of a device's desired state: rollouts change the desired state as they do for
 * every device, a poll finds that it changed, and what the client says of the action becomes the device's report. Only images
 * and apps are handed out: a client without TUF is never handed what needs it.
 *
 * <p>States of an action ({@link dev.muster.control.ddi.ActionState}): {@code waiting} for a confirmation, {@code running},
 * {@code canceling}; {@code finished}, {@code downloaded}, {@code failed} and {@code canceled} are ends.
 */
@NullMarked
package dev.muster.control.ddi;

import org.jspecify.annotations.NullMarked;
