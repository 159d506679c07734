/** Fixtures shared by the engine's tests. */
@NullMarked
package dev.muster.policy;

import org.jspecify.annotations.NullMarked;
