/**
 * Makers of devices whose certificates let devices in. A tenant registers a maker's authority; a device proves that it holds
 * the key of a certificate of that maker, once, for one key of its own. INVARIANT (once): a factory key that let a device in
 * lets no other key in until that device is retired. The feature {@code enrolment} asks here and issues the certificate.
 */
@NullMarked
package dev.muster.control.factory;

import org.jspecify.annotations.NullMarked;
