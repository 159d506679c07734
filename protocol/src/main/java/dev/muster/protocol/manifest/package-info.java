/**
 * The version manifest: what runs on the device, signed by the device.
 */
@NullMarked
package dev.muster.protocol.manifest;

import org.jspecify.annotations.NullMarked;
