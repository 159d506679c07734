/**
 * The wire: MQTT behind a seam, and HTTPS to the device port. Both with the device's certificate.
 */
@NullMarked
package dev.muster.agent.transport;

import org.jspecify.annotations.NullMarked;
