/**
 * What a device says of its permissions: the standing part in its version manifest, the happenings as events.
 */
@NullMarked
package dev.muster.protocol.permissions;

import org.jspecify.annotations.NullMarked;
