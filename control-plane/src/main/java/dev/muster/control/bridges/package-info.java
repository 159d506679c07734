/**
 * Connections to brokers that are there already: what people say of them, which instance keeps each up, and which devices it may speak
 * for. The connections themselves are the telemetry module's.
 *
 * <p>INVARIANT (only foreign): a connection never speaks for a device that has a certificate of its own.
 */
@NullMarked
package dev.muster.control.bridges;

import org.jspecify.annotations.NullMarked;
