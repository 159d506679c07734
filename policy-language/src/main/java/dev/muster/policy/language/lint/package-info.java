/** What is allowed but probably not meant: rules with stable names over parsed documents. */
@NullMarked
package dev.muster.policy.language.lint;

import org.jspecify.annotations.NullMarked;
