/** Service accounts and their tokens, for administrators; what a token is worth is decided in {@code access}. */
@NullMarked
package dev.muster.control.accounts;

import org.jspecify.annotations.NullMarked;
