/**
 * Engines of others, each given the workload in the way its own documentation shows, each with its requests made before
 * the clock runs. None is imitated: what cannot be had is missing and named so.
 */
@NullMarked
package dev.muster.benchmarks.policy.peers;

import org.jspecify.annotations.NullMarked;
