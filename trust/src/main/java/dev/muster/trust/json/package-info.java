/**
 * JSON as signatures need it: strict reading into plain maps, and the one canonical form that is signed.
 */
@NullMarked
package dev.muster.trust.json;

import org.jspecify.annotations.NullMarked;
