/**
 * Sparkplug B as a host sees it (specification 3.0): births, deaths, aliases, sequence numbers and rebirths of one edge node, and the
 * state of a host. Pure: bytes and the time go in, metrics and what is to be done come out. The gateway uses it for nodes that
 * connect to it, the bridge for nodes behind another broker.
 *
 * <p>INVARIANT (right or refused): a value becomes that of the metric it was measured as, or of none. An alias counts only while no
 * message since its birth can have gone missing.
 */
@NullMarked
package dev.muster.telemetry.sparkplug;

import org.jspecify.annotations.NullMarked;
