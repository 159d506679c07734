/**
 * What a device may believe: TUF 1.0 metadata and the Uptane rule that two repositories must agree. This package holds
 * the one family of errors; the features are in the packages below. Used by the server to sign and by the device to
 * verify, so it knows only the JDK and a streaming JSON parser.
 */
@NullMarked
package dev.muster.trust;

import org.jspecify.annotations.NullMarked;
