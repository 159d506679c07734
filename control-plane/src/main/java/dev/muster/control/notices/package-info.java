/**
 * Tells people outside of alerts: by webhooks that are signed, and by e-mail. What is to be told is a row before it is told, and no
 * network call is made in a transaction: it is told at least once, and what cannot be told is seen.
 */
@NullMarked
package dev.muster.control.notices;

import org.jspecify.annotations.NullMarked;
