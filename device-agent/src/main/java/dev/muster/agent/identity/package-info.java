/**
 * Who this device is: its key, its certificate, its server.
 */
@NullMarked
package dev.muster.agent.identity;

import org.jspecify.annotations.NullMarked;
