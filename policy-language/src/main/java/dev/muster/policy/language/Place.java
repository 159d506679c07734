package dev.muster.policy.language;

/**
 * Where something stands in a source.
 *
 * @param line from 1
 * @param column from 1, in characters as people count them (code points)
 */
public record Place(int line, int column) {}
