/**
 * What a device says it is: one condition per target, in the style of Kubernetes.
 */
@NullMarked
package dev.muster.protocol.reported;

import org.jspecify.annotations.NullMarked;
