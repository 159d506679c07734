/** How messages to people are put: what was written, and what was probably meant. */
@NullMarked
package dev.muster.policy.language.message;

import org.jspecify.annotations.NullMarked;
