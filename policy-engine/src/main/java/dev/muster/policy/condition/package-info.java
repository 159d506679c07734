/**
 * Conditions as the device judges them: facts numbered, formulas lowered to packed terms, the moment told as a context.
 * Known to compiler and device alike; {@link dev.muster.policy.condition.Terms} is the only form that decides.
 */
@NullMarked
package dev.muster.policy.condition;

import org.jspecify.annotations.NullMarked;
