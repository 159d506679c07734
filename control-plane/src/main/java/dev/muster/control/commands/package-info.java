/**
 * One-off commands to one device or many: handed out at a pace until a deadline, to devices that are connected, and to
 * the others when they connect.
 *
 * <pre>
 * waiting -> sent -> accepted -> done | failed | rejected
 *    |        |         |
 *    |        |         '-> expired    no answer long after the deadline
 *    |        '-----------> expired    at the deadline
 *    |'------------------> expired    at the deadline
 *    '-------------------> cancelled  by a person, before it was sent
 * </pre>
 *
 * A device answers once, and its word counts whenever it comes: an answer after {@code expired} still ends it as what it
 * was. INVARIANT (counters): every move of a row moves one from counter to counter in the same transaction, and nothing is
 * ever counted by scanning. Whoever moves rows locks the row of the command first, so that nobody waits in a circle.
 */
@NullMarked
package dev.muster.control.commands;

import org.jspecify.annotations.NullMarked;
