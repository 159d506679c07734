/** The wire: MQTT sessions on a few event loops, HTTPS on a bounded number of threads. */
@NullMarked
package dev.muster.simulator.net;

import org.jspecify.annotations.NullMarked;
