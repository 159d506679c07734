/**
 * Remote help: a person asks, a second one agrees where the tenant wants that, the device dials out, and frames pass both ways
 * through the database, so that any instance serves either side (ADR 43).
 *
 * <p>INVARIANT (allowed by the device): this server only carries; whether a session opens is decided on the device, by its
 * signed settings.
 */
@NullMarked
package dev.muster.control.help;

import org.jspecify.annotations.NullMarked;
