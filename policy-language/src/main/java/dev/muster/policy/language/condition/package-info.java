/** Conditions as people write them: CEL, parsed and type-checked by dev.cel, walked into the engine's formula. */
@NullMarked
package dev.muster.policy.language.condition;

import org.jspecify.annotations.NullMarked;
