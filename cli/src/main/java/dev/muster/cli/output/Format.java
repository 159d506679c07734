package dev.muster.cli.output;

/** What {@code -o} can ask for. */
public enum Format {
    /** Aligned columns for people. */
    table,
    /** The server's answer, whole. */
    json,
    /** One id per line, for pipes. */
    name
}
