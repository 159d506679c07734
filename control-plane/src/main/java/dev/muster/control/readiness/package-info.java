/**
 * What profile {@code production} refuses to start with. Each feature says what of its own settings is unsafe; all of it is found
 * and listed at once.
 */
@NullMarked
package dev.muster.control.readiness;

import org.jspecify.annotations.NullMarked;
