/** {@code muster accounts}: programs that act for themselves, and their tokens. */
@NullMarked
package dev.muster.cli.accounts;

import org.jspecify.annotations.NullMarked;
