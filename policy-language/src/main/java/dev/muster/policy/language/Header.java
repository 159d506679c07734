package dev.muster.policy.language;

/**
 * What is known about a document before its body is read.
 *
 * @param at where its name stands
 * @param spec its body
 */
record Header(String kind, String name, String description, Place at, YamlNode spec) {}
