package dev.muster.policy.language;

/**
 * A text with policy documents, separated by {@code ---}.
 *
 * @param name what errors call it: a file name, or the name of a request
 */
public record PolicySource(String name, String text) {}
