package dev.muster.control.access;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds a claim wherever a provider puts it. */
final class Claims {
    private Claims() {}

    /**
     * The texts of a claim: of a list, or the one it is; none where there is no such claim.
     *
     * @param path the claim's name; where no claim is called so, a path with dots, such as {@code realm_access.roles}
     */
    static Set<String> texts(Function<String, @Nullable Object> claims, String path) {
        Object whole = claims.apply(path);
        return texts(whole == null ? nested(claims, path) : whole);
    }

    private static @Nullable Object nested(Function<String, @Nullable Object> claims, String path) {
        String[] names = path.split("\\.", -1);
        Object found = names.length < 2 ? null : claims.apply(names[0]);
        for (int i = 1; i < names.length && found != null; i++) {
            found = switch (found) {
                case JsonObject object -> object.get(names[i]);
                case Map<?, ?> map -> map.get(names[i]);
                default -> null;
            };
        }
        return found;
    }

    private static Set<String> texts(@Nullable Object claim) {
        return switch (claim) {
            case JsonArray array ->
                array.stream()
                        .filter(JsonString.class::isInstance)
                        .map(value -> ((JsonString) value).getString())
                        .collect(Collectors.toSet());
            case Collection<?> values -> values.stream().map(String::valueOf).collect(Collectors.toSet());
            case JsonString text -> Set.of(text.getString());
            case String text -> Set.of(text);
            case null, default -> Set.of();
        };
    }
}
