/** One answer of the policy in one primitive, and the words for it. */
@NullMarked
package dev.muster.policy.decision;

import org.jspecify.annotations.NullMarked;
