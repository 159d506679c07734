/**
 * Evidence about one answer of a permission policy: what it says, and how anybody checks it without a server.
 */
@NullMarked
package dev.muster.trust.evidence;

import org.jspecify.annotations.NullMarked;
