package dev.muster.cli.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A path below {@code /api/v1} with its query; segments and values are percent-encoded. Immutable. */
public record Url(String path, String query) {

    /** The path made of {@code segments}, such as {@code of("devices", id, "desired")}. */
    public static Url of(String... segments) {
        return new Url(Arrays.stream(segments).map(Url::encode).collect(Collectors.joining("/", "/", "")), "");
    }

    /** This with one more query parameter; a null value adds nothing. */
    public Url with(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        String parameter = encode(name) + "=" + encode(value.toString());
        return new Url(path, query.isEmpty() ? "?" + parameter : query + "&" + parameter);
    }

    @Override
    public String toString() {
        return path + query;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
