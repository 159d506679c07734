/**
 * What apps really use of what they may: counts that devices send, what a watched policy would have answered otherwise,
 * and which grants nobody needed. Silence is not taken for non-use.
 */
@NullMarked
package dev.muster.control.usage;

import org.jspecify.annotations.NullMarked;
