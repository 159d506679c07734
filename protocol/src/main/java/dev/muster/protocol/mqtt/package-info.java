/**
 * The MQTT topic tree below {@code muster/1/<tenant>/<device>}.
 */
@NullMarked
package dev.muster.protocol.mqtt;

import org.jspecify.annotations.NullMarked;
