package dev.muster.telemetry.sparkplug;

/** What follows from a message of an edge node, beside its values. */
public sealed interface Effect {
    /** The node is to be asked for its births: {@link Rebirth}. Already paced. */
    record AskRebirth(String reason) implements Effect {}

    /** The message goes to the dead letters, and none of its values counts. */
    record Refused(String reason) implements Effect {}

    /** The message changes nothing and is no fault: a death of an earlier session. */
    record Ignored(String reason) implements Effect {}

    /** A metric of a birth is not kept, or its value is not; the rest of the birth counts. */
    record LeftOut(String metric, String reason) implements Effect {}

    /** So many messages before this one never came; at least, for the number wraps at 256. */
    record Gap(int lost) implements Effect {}

    /** A message came that was due before one that is here already. */
    record OutOfOrder(int seq) implements Effect {}

    /** The node was born, or born again. */
    record Online(long bdSeq) implements Effect {}

    /** The node is gone, and every device below it. */
    record Offline(String reason) implements Effect {}

    /** A device below the node was born, or born again. */
    record DeviceOnline(String device) implements Effect {}

    /** A device below the node is gone. */
    record DeviceOffline(String device) implements Effect {}
}
