/**
 * Reads OpenHarmony packages: what a {@code .hap}, {@code .hsp} or {@code .app} says about itself, whether its container is
 * safe to hand on, who signed it and what the signed profile allows it ({@code docs/reference/packages.md}).
 *
 * <p>INVARIANT (profile only): privilege level, access control list and distribution type come from the signed profile; no
 * manifest names them. A signature that does not hold refuses the package; a sound one of somebody unknown is kept as
 * "unknown signer" for policy to judge. Refusals carry the code a device's installer would give.
 */
@NullMarked
package dev.muster.control.packages;

import org.jspecify.annotations.NullMarked;
