/**
 * How much a tenant may have: limits, what is used of them, and the one check that no two requests pass together. Whoever makes
 * something that counts calls it in the transaction that made it.
 */
@NullMarked
package dev.muster.control.quotas;

import org.jspecify.annotations.NullMarked;
