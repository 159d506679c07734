/**
 * Remote help: what a device is told of a session, what its signed settings allow, and the frames of both directions
 * ({@code docs/guides/remote-help.md}).
 */
@NullMarked
package dev.muster.protocol.help;

import org.jspecify.annotations.NullMarked;
