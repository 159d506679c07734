package dev.muster.control.doctor;

import java.time.Duration;
import java.time.Instant;

/** What the judge is told. Sizes are bytes. */
final class Facts {
    private Facts() {}

    /**
     * Something that ends at a time.
     *
     * @param what for people, such as {@code the issuing certificate of authority 1}
     * @param warn a warning from so long before its end on
     * @param fail failing from so long before its end on
     */
    record Ending(String id, String what, Instant ends, Duration warn, Duration fail, String advice) {}

    /** A volume; {@code what} for people. */
    record Space(String id, String what, long free, long total) {}

    /**
     * File descriptors of the process.
     *
     * @param most its soft limit
     * @param devices how many devices could be connected here at once; 0 where this instance has no gateway
     */
    record Descriptors(long open, long most, long devices) {}

    /** Memory of the JVM; {@code live} is what the last collection left, or what is used where none is known. */
    record Heap(long live, long most) {}

    /**
     * Another clock against ours.
     *
     * @param ahead by how much it is ahead; negative: behind
     * @param doubt by how much that may be wrong, as asking took time
     */
    record Offset(String id, String whose, Duration ahead, Duration doubt) {}

    /** The outbox; {@code oldest} is the age of the row that waits longest, zero where none does. */
    record Waiting(long rows, Duration oldest) {}

    /** A consumer group and how many records it has not read yet. */
    record Behind(String group, long records) {}
}
