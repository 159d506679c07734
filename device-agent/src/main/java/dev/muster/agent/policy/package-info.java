/**
 * The permission bundle in force, the one before, and answers from it.
 */
@NullMarked
package dev.muster.agent.policy;

import org.jspecify.annotations.NullMarked;
