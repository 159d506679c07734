/**
 * Plain Kafka clients with the server's settings: one producer, at-least-once consumer loops, topics ensured at start.
 */
@NullMarked
package dev.muster.control.kafka;

import org.jspecify.annotations.NullMarked;
