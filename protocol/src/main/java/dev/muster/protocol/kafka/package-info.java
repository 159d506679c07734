/**
 * Topics that control plane and telemetry share, and the records on them.
 */
@NullMarked
package dev.muster.protocol.kafka;

import org.jspecify.annotations.NullMarked;
