package dev.muster.control.alerts;

import java.time.Instant;

/**
 * Something that happened to an alert.
 *
 * @param what pending, firing, acknowledged, resolved, inhibited, uninhibited, silenced, unsilenced or told
 * @param actor identity; empty for streams and the server
 * @param actorName for people
 */
public record AlertStep(Instant at, String what, String actor, String actorName, String note) {}
