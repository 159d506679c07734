/**
 * What happened on a device: drift, permission use, lifecycle, security.
 */
@NullMarked
package dev.muster.protocol.event;

import org.jspecify.annotations.NullMarked;
