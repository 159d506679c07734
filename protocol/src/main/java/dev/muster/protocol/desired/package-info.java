/**
 * What a device is told to be: the hint that something changed, and Muster's part of a TUF target.
 */
@NullMarked
package dev.muster.protocol.desired;

import org.jspecify.annotations.NullMarked;
