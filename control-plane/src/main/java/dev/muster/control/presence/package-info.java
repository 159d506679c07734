/**
 * Whether devices are connected, as the gateways say it.
 */
@NullMarked
package dev.muster.control.presence;

import org.jspecify.annotations.NullMarked;
