/**
 * The four kinds of TUF metadata as immutable values, and the signed envelope that keeps its exact bytes. Parsing is
 * lenient where the specification demands it (unknown members, unknown key types) and strict everywhere else.
 */
@NullMarked
package dev.muster.trust.metadata;

import org.jspecify.annotations.NullMarked;
