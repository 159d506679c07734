/**
 * Uploads of a device through {@code /device/v1/uploads}: announced once, sent in pieces, gone on with where it stopped.
 */
@NullMarked
package dev.muster.protocol.upload;

import org.jspecify.annotations.NullMarked;
