/** Rollouts: create, watch, steer. */
@NullMarked
package dev.muster.cli.rollouts;

import org.jspecify.annotations.NullMarked;
