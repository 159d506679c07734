package dev.muster.control.groups;

import dev.muster.control.access.Selector;
import java.util.Map;
import java.util.TreeMap;

/** Queries of groups, read. Pure. */
final class Queries {
    private Queries() {}

    /** By the group's name, in its order. */
    static Map<String, Selector> parsed(Map<String, String> queries) {
        Map<String, Selector> parsed = new TreeMap<>();
        queries.forEach((name, text) -> parsed.put(name, Selector.parse(text)));
        return parsed;
    }
}
