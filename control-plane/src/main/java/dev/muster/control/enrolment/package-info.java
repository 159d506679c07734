/**
 * How a device gets its identity: one-time and fleet tokens, Muster's own certificate authority, first certificates and renewal.
 */
@NullMarked
package dev.muster.control.enrolment;

import org.jspecify.annotations.NullMarked;
