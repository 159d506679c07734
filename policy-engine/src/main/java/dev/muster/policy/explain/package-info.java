/** Why an app may or may not use a permission, in words and names. Agrees with the compiled bundle by test. */
@NullMarked
package dev.muster.policy.explain;

import org.jspecify.annotations.NullMarked;
