/**
 * Remote help at the device's end: it dials out, and does what the signed settings allow while they do. Nothing of this
 * package is loaded or woken before a session is asked for.
 */
@NullMarked
package dev.muster.agent.help;

import org.jspecify.annotations.NullMarked;
