/**
 * Which spans this server makes and where their context goes: with rows of the outbox to Kafka, with a device's generation to the device,
 * and back with what it fetches and reports. Off unless {@code muster.tracing.endpoint} is set; then everybody who would trace something
 * asks {@link dev.muster.control.tracing.Tracing#on} first and pays no more.
 */
@NullMarked
package dev.muster.control.tracing;

import org.jspecify.annotations.NullMarked;
