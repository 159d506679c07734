/** How much of a server rollouts take with many devices: real PostgreSQL and Kafka, devices as rows, their words through Kafka. */
@NullMarked
package dev.muster.benchmarks.rollout;

import org.jspecify.annotations.NullMarked;
