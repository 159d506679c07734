/**
 * Messages that must follow a commit: appended in the transaction, delivered to Kafka at least once and in order per key by one relay.
 */
@NullMarked
package dev.muster.control.outbox;

import org.jspecify.annotations.NullMarked;
