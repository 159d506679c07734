/**
 * {@code ./muster fault}: what breaks on purpose, for as long as it is asked to, against the packaged product. A slice of each
 * runs in {@code ./muster test}.
 */
@NullMarked
package dev.muster.system.fault;

import org.jspecify.annotations.NullMarked;
