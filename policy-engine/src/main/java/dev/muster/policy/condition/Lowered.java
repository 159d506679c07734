package dev.muster.policy.condition;

/** A condition as packed terms, or why it cannot be one. */
public sealed interface Lowered permits Terms, TooComplex {}
