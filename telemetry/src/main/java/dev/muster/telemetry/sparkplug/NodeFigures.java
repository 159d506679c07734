package dev.muster.telemetry.sparkplug;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How an edge node stands, and what was counted since its host began to listen.
 *
 * @param session what of it is known while it is online
 * @param gaps how often messages were missing, {@code lost} how many at least
 * @param late messages that came after later ones
 * @param refused messages whose values did not count
 * @param rebirths how often it was asked for its births
 * @param devices that are online
 */
public record NodeFigures(
        Optional<Session> session,
        long gaps,
        long lost,
        long late,
        long refused,
        long rebirths,
        SortedSet<String> devices) {
    public NodeFigures {
        devices = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(devices));
    }

    /**
     * From a birth of the node to its death.
     *
     * @param bdSeq number that birth and death of one session share
     * @param bornAtMillis when its last birth was heard, since 1970
     */
    public record Session(long bdSeq, long bornAtMillis) {}

    public boolean online() {
        return session.isPresent();
    }
}
