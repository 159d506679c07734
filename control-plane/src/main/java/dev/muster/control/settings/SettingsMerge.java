package dev.muster.control.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Documents of several levels made one: objects are joined member by member, everything else of a later level takes the
 * place of what an earlier one says, and null takes it away. Pure.
 *
 * @param document the result, members sorted, so that equal settings are equal bytes
 * @param origins which document a value is from, by path
 */
record SettingsMerge(Map<String, @Nullable Object> document, Map<String, SettingsDocument> origins) {
    /** In order: a later one wins. */
    static SettingsMerge of(List<SettingsDocument> levels) {
        Map<String, @Nullable Object> document = new TreeMap<>();
        Map<String, SettingsDocument> origins = new TreeMap<>();
        for (SettingsDocument level : levels) {
            join("", document, level.document(), level, origins);
        }
        return new SettingsMerge(document, origins);
    }

    private static void join(
            String path,
            Map<String, @Nullable Object> into,
            Map<String, @Nullable Object> from,
            SettingsDocument level,
            Map<String, SettingsDocument> origins) {
        from.forEach((name, value) -> {
            String place = path.isEmpty() ? name : path + "." + name;
            if (value instanceof Map<?, ?> members && isBranch(members)) {
                Object known = into.get(name);
                Map<String, @Nullable Object> inner = known instanceof Map<?, ?> map ? sorted(map) : new TreeMap<>();
                if (!(known instanceof Map<?, ?>)) {
                    forget(place, origins);
                }
                join(place, inner, sorted(members), level, origins);
                into.put(name, inner);
                return;
            }
            forget(place, origins);
            if (value == null) {
                into.remove(name);
            } else {
                into.put(name, value);
                origins.put(place, level);
            }
        });
    }

    // An empty object says nothing by itself, and must be there as a value.
    private static boolean isBranch(Map<?, ?> members) {
        return !members.isEmpty();
    }

    private static void forget(String place, Map<String, SettingsDocument> origins) {
        origins.keySet().removeIf(known -> known.equals(place) || known.startsWith(place + "."));
    }

    private static Map<String, @Nullable Object> sorted(Map<?, ?> map) {
        Map<String, @Nullable Object> result = new TreeMap<>();
        map.forEach((name, value) -> result.put(String.valueOf(name), value));
        return result;
    }

    /** Values by path: what is no object, or an empty one. */
    Map<String, @Nullable Object> leaves() {
        Map<String, @Nullable Object> leaves = new LinkedHashMap<>();
        origins.keySet().forEach(path -> leaves.put(path, at(path)));
        return leaves;
    }

    // Names may hold dots, as files' do: the longest name that fits at each step is the one that was put there.
    private @Nullable Object at(String path) {
        return at(document, path);
    }

    private static @Nullable Object at(Map<?, ?> map, String path) {
        if (map.containsKey(path)) {
            return map.get(path);
        }
        for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
            if (map.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
                Object found = at(inner, path.substring(dot + 1));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }
}
