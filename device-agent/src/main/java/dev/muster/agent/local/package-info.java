/**
 * The local socket through which services on the device ask.
 */
@NullMarked
package dev.muster.agent.local;

import org.jspecify.annotations.NullMarked;
