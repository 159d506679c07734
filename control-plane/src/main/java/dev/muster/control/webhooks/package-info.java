/**
 * Tells programs of what happened, over webhooks that are signed (ADR 38). What happened is a row of the transaction that made it
 * happen; to whom it is told is a row before it is told; no network call is made in a transaction. INVARIANT (in order): for one
 * webhook an event is first tried when all earlier ones of its subject were taken or given up.
 */
@NullMarked
package dev.muster.control.webhooks;

import org.jspecify.annotations.NullMarked;
