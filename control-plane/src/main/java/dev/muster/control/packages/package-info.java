/**
 * Reads OpenHarmony packages: what a {@code .hap} says about itself, and whether its container is safe to hand on.
 *
 * <p>The manifest never names privilege level, ACL or distribution type; those come only from the signed profile. Until
 * the signing block is read, {@link dev.muster.control.packages.PackageSigner} is always unknown and the level is the
 * lowest. Refusals carry the code a device's installer would give.
 */
@NullMarked
package dev.muster.control.packages;

import org.jspecify.annotations.NullMarked;
