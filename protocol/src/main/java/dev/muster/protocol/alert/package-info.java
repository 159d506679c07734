/**
 * Alerts between the control plane and the streams: rules and who is watched by them go down, what came of it comes up.
 */
@NullMarked
package dev.muster.protocol.alert;

import org.jspecify.annotations.NullMarked;
