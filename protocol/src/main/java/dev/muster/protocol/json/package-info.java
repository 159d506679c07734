/**
 * JSON as this module reads and writes it: plain maps, strict reading, errors that name the place.
 */
@NullMarked
package dev.muster.protocol.json;

import org.jspecify.annotations.NullMarked;
