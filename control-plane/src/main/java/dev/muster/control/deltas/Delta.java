package dev.muster.control.deltas;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A delta, made or to be made.
 *
 * @param devices that report the base
 * @param askedBy identity, {@code issuer#subject}, or the server's own
 * @param length bytes that a device fetches instead of the image, without its manifest
 * @param outputLength bytes of the image
 * @param problem why it failed or was not worth it
 */
record Delta(
        Pair pair,
        State state,
        int devices,
        String askedBy,
        String askedByName,
        Instant askedAt,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        int segments,
        int segmentsDone,
        long cpuMillis,
        long length,
        long outputLength,
        String outputVersion,
        String baseVersion,
        String problem) {
    /** From which image to which, by their SHA-256. */
    record Pair(String output, String base) {
        @Override
        public String toString() {
            return output + "/" + base;
        }
    }

    /** How far it is. */
    enum State {
        WAITING,
        MAKING,
        DONE,
        /** Saves too little to be worth a device's work. */
        DECLINED,
        FAILED,
        CANCELLED,
        /** Was made, and its files were collected when nothing needed them. Never stored: it follows from the files. */
        COLLECTED;

        /** Lower case, as stored and shown. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        /** Whether asking for it again starts it again. */
        boolean canBegin() {
            return switch (this) {
                case WAITING, MAKING, DONE -> false;
                case DECLINED, FAILED, CANCELLED, COLLECTED -> true;
            };
        }
    }
}
