/** The compiled policy of one device profile: a checked, immutable binary that answers without parsing or allocating. */
@NullMarked
package dev.muster.policy.bundle;

import org.jspecify.annotations.NullMarked;
