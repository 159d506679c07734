/**
 * What a device must be, verified: director and image repository refreshed, agreeing on every target, and neither able
 * to put code on a device alone (Uptane standard 2.1, section 5.4.4).
 */
@NullMarked
package dev.muster.trust.uptane;

import org.jspecify.annotations.NullMarked;
