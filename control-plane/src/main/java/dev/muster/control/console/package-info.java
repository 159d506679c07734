/**
 * Serves the web console under {@code /console/}: deep links, cache and security headers, and a clear answer when this
 * build has none. The pages themselves are in {@code src/main/console} and reach the class path through the build.
 * Knows no other feature; the pages use the public REST API only.
 */
@NullMarked
package dev.muster.control.console;

import org.jspecify.annotations.NullMarked;
