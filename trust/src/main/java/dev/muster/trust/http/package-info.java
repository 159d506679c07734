/**
 * Metadata over HTTP, bounded in length and in time.
 */
@NullMarked
package dev.muster.trust.http;

import org.jspecify.annotations.NullMarked;
