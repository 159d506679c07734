package dev.muster.policy.permission;

/** Definitions by position and by name. Immutable as seen from outside, and thread-safe. */
interface DefinitionTable {
    int size();

    /** The name at a position. */
    String name(int id);

    /** Position of a name, or -1. Does not allocate but the first time that a name is asked for. */
    int id(String name);

    PermissionDefinition at(int id);
}
