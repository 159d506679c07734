/**
 * The queue of devices that a person lets in. INVARIANT (nobody vouched): what waits here is no device yet: it has no name, no
 * certificate and no place in the registry, and takes none from others. A request belongs to the key that asked; only who
 * proves that key can fetch what was approved. The feature {@code enrolment} asks here and issues the certificate.
 */
@NullMarked
package dev.muster.control.approvals;

import org.jspecify.annotations.NullMarked;
