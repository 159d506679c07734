/**
 * What crosses the wire between device and server, and what is public on Kafka. Knows no framework.
 *
 * <p>INVARIANT (compat): readers ignore members they do not know and writers never rename one; the golden files in
 * {@code src/test/resources/golden} hold every version there ever was.
 */
@NullMarked
package dev.muster.protocol;

import org.jspecify.annotations.NullMarked;
