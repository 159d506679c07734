package dev.muster.simulator.device;

/** Why there is no session any more. */
public sealed interface Ending {
    /** We ended it. */
    record Ours() implements Ending {}

    /** The gateway could not be reached, or the line broke. */
    record Lost(String why) implements Ending {}

    /** The gateway said so, in CONNACK or DISCONNECT: a reason code of MQTT 5. */
    record Told(int reasonCode) implements Ending {}
}
