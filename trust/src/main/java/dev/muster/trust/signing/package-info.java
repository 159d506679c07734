/**
 * What people sign away from the server: one file that says what is to be signed, who must sign it and who did. Made by
 * the server's side, signed on a disconnected machine, taken back.
 */
@NullMarked
package dev.muster.trust.signing;

import org.jspecify.annotations.NullMarked;
