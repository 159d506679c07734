/**
 * Apache Kafka, one durable KRaft node, in a JVM of its own: its Scala class path never meets ours. Only
 * {@code KafkaMain} and {@code KafkaNode} see Kafka's classes, and they run in the child.
 */
@NullMarked
package dev.muster.standalone.kafka;

import org.jspecify.annotations.NullMarked;
