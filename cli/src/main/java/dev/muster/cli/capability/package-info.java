/** Verbs for rights that are handed on: keys, chains, proofs. All but {@code revoke} work without a server. */
@org.jspecify.annotations.NullMarked
package dev.muster.cli.capability;
