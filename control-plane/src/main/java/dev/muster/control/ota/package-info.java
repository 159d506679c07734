/**
 * Reads OpenHarmony OTA packages: product, versions, boards, components and their digests, and who signed the file
 * ({@code docs/reference/packages.md}).
 *
 * <p>A file that begins like an OTA package is one: broken, it is refused, never taken for a plain image.
 */
@NullMarked
package dev.muster.control.ota;

import org.jspecify.annotations.NullMarked;
