/**
 * A command line around the client, spoken by the public TUF conformance suite.
 */
@NullMarked
package dev.muster.trust.tool;

import org.jspecify.annotations.NullMarked;
