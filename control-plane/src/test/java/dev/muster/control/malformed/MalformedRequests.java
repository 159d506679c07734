package dev.muster.control.malformed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Makes requests with something wrong in them for every operation of an OpenAPI document: wrong types, huge, deep, odd Unicode, tricks
 * in paths, queries and headers. The same seed makes the same requests. Not thread-safe.
 */
final class MalformedRequests {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> PATH_TRICKS = List.of(
            "..",
            "%2e%2e",
            "..%2f..%2fetc%2fpasswd",
            "%2F",
            "%5c",
            "%00",
            "a%00b",
            "%",
            "%zz",
            "%ff%fe",
            "a%0d%0aX-Bad:%20y",
            ";jsessionid=1",
            "%20",
            "a".repeat(9_000),
            "%F0%9F%92%A5",
            "%E2%80%AE",
            "'--",
            "%27%20or%201=1",
            "{id}",
            "-1",
            "99999999999999999999",
            "null",
            "undefined",
            "$%7Bjndi:ldap://localhost/x%7D",
            "%25%25",
            "a//b",
            ".",
            "~",
            "CON");
    private static final List<String> QUERY_TRICKS = List.of(
            "",
            "%00",
            "%ff",
            "-1",
            "0",
            "99999999999999999999",
            "1e9",
            "NaN",
            "abc",
            "a".repeat(7_000),
            "%F0%9F%92%A5",
            "%E2%80%AE",
            "((((((((",
            "site==",
            "==",
            "tag=in=(",
            "%28".repeat(2_000),
            "a==b;".repeat(500),
            "'%20or%20''='",
            "*",
            "%5B%5D",
            "true",
            "2026-13-45T99:99:99Z",
            "P999999999999Y",
            "bnVsbA==",
            "../../x",
            "%");
    private static final List<String> TEXT_TRICKS = List.of(
            "\u0000",
            "a\u0000b",
            "\ud800",
            "\udc00\ud800",
            "\u202e\u2066",
            "\ufeff",
            "\uffff",
            "e" + "\u0301".repeat(500),
            "'; drop table device; --",
            "${jndi:ldap://localhost/x}",
            "{{7*7}}",
            "<script>alert(1)</script>",
            "../../../etc/passwd",
            "x\r\nSet-Cookie: a=b",
            "%s%n%x",
            " ",
            "\t",
            "\u00a0",
            "-".repeat(70_000),
            "tag=in=(((",
            "\"",
            "\\",
            "`id`");
    private static final List<Map<String, String>> HEADER_TRICKS = List.of(
            Map.of("Content-Type", "text/xml"),
            Map.of("Content-Type", "application/json; charset=utf-7"),
            Map.of("Content-Type", "////"),
            Map.of("Content-Type", "application/json", "Content-Encoding", "gzip"),
            Map.of("Accept", "image/png"),
            Map.of("Accept", "*/*;q=x"),
            Map.of("If-Match", "not-a-tag"),
            Map.of("If-Match", "\"" + "9".repeat(500) + "\""),
            Map.of("If-None-Match", "\"\""),
            Map.of("Range", "bytes=9-1"),
            Map.of("Last-Event-ID", "\u00ff-1"),
            Map.of("Idempotency-Key", "k".repeat(6_000)),
            Map.of("Muster-Tenant", "../default"),
            Map.of("Muster-Tenant", "A".repeat(300)),
            Map.of("X-Request-Id", "a".repeat(5_000)),
            Map.of("X-Forwarded-For", "127.0.0.1"),
            Map.of("X-HTTP-Method-Override", "DELETE"));

    private final RandomGenerator random;
    private final Samples samples;
    private final List<Call> calls = new ArrayList<>();
    private int next;

    MalformedRequests(JsonNode document, RandomGenerator random) {
        this.random = random;
        this.samples = new Samples(document);
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (METHODS.contains(method.getKey())) {
                    calls.add(call(path.getKey(), path.getValue(), method.getKey(), method.getValue()));
                }
            }
        }
    }

    /** An operation of the document. */
    private record Call(
            String method, String path, List<String> inPath, List<String> inQuery, String mediaType, JsonNode body) {
        boolean takesJson() {
            return mediaType.equals("application/json") && !body.isMissingNode();
        }
    }

    int operations() {
        return calls.size();
    }

    /** The next request; operations take turns. */
    Attempt next() {
        Call call = calls.get(next++ % calls.size());
        int kind = random.nextInt(100);
        if (call.takesJson() && kind < 60) {
            return body(call);
        }
        if (!call.mediaType().isEmpty() && !call.takesJson() && kind < 40) {
            byte[] noise = new byte[random.nextInt(5_000)];
            random.nextBytes(noise);
            return attempt(call, "noise as " + call.mediaType(), target(call), type(call.mediaType()), noise, false);
        }
        if (!call.inPath().isEmpty() && kind < 75) {
            String trick = pick(PATH_TRICKS);
            return attempt(call, "path", target(call, pick(call.inPath()), trick), good(call), bytes(call), false);
        }
        if (kind < 90) {
            String name = call.inQuery().isEmpty() || random.nextInt(10) == 0 ? "surprise" : pick(call.inQuery());
            return attempt(
                    call,
                    "query `" + name + "`",
                    target(call) + "?" + name + "=" + pick(QUERY_TRICKS),
                    good(call),
                    bytes(call),
                    false);
        }
        Map<String, String> headers = new LinkedHashMap<>(good(call));
        Map<String, String> trick = pick(HEADER_TRICKS);
        headers.putAll(trick);
        return attempt(call, "headers " + trick.keySet(), target(call), headers, bytes(call), false);
    }

    private Attempt body(Call call) {
        JsonNode good = samples.of(call.body());
        String at = pick(Samples.places(good));
        return switch (random.nextInt(12)) {
            case 0 -> json(call, "wrong type at `" + at + "`", with(good, at, otherThan(good.at(at))), false);
            case 1 -> {
                JsonNode schema = samples.resolved(call.body());
                boolean closed = schema.has("properties") && !schema.has("additionalProperties");
                yield json(
                        call, "unknown member", with(good, "/surprise", JSON.numberNode(1)), good.isObject() && closed);
            }
            case 2 -> {
                byte[] whole = bytes(good);
                yield raw(
                        call,
                        "cut off",
                        Arrays.copyOf(whole, 1 + random.nextInt(Math.max(1, whole.length - 1))),
                        whole.length > 2);
            }
            case 3 -> {
                byte[] noise = new byte[1 + random.nextInt(2_000)];
                random.nextBytes(noise);
                noise[0] = (byte) 0xfe;
                yield raw(call, "noise", noise, true);
            }
            case 4 -> raw(call, "text as JSON", "it's not JSON".getBytes(StandardCharsets.UTF_8), true);
            case 5 -> raw(call, "nothing", new byte[0], false);
            case 6 -> {
                String deep = (random.nextBoolean() ? "[" : "{\"a\":").repeat(20_000);
                yield raw(call, "deep", deep.getBytes(StandardCharsets.UTF_8), true);
            }
            case 7 ->
                json(call, "huge text at `" + at + "`", with(good, at, JSON.textNode("y".repeat(400_000))), false);
            case 8 ->
                json(
                        call,
                        "huge number at `" + at + "`",
                        with(good, at, JSON.numberNode(BigInteger.TEN.pow(400))),
                        false);
            case 9 -> json(call, "odd text at `" + at + "`", with(good, at, JSON.textNode(pick(TEXT_TRICKS))), false);
            case 10 -> {
                ArrayNode many = JSON.arrayNode();
                for (int i = 0; i < 20_000; i++) {
                    many.add(good.at(at));
                }
                yield good.at(at).isValueNode()
                        ? json(call, "many at `" + at + "`", with(good, at, many), false)
                        : json(
                                call,
                                "least number at `" + at + "`",
                                with(good, at, JSON.numberNode(Long.MIN_VALUE)),
                                false);
            }
            default -> {
                byte[] whole = bytes(good);
                byte[] broken = Arrays.copyOf(whole, whole.length + 2);
                broken[whole.length] = '"';
                broken[whole.length + 1] = (byte) 0xc3;
                yield raw(call, "rubbish behind it", broken, false);
            }
        };
    }

    private JsonNode otherThan(JsonNode value) {
        List<JsonNode> others = new ArrayList<>(List.of(
                JSON.objectNode().put("a", 1),
                JSON.arrayNode().add(JSON.arrayNode()),
                JSON.nullNode(),
                JSON.booleanNode(false),
                JSON.numberNode(-7.25),
                JSON.numberNode(Long.MAX_VALUE),
                JSON.textNode("\u0007")));
        others.removeIf(other -> other.getNodeType() == value.getNodeType());
        return pick(others);
    }

    private static JsonNode with(JsonNode root, String at, JsonNode value) {
        if (at.isEmpty()) {
            return value;
        }
        JsonNode copy = root.deepCopy();
        JsonNode parent = copy.at(at.substring(0, at.lastIndexOf('/')));
        String last = at.substring(at.lastIndexOf('/') + 1).replace("~1", "/").replace("~0", "~");
        switch (parent) {
            case ObjectNode object -> object.set(last, value);
            case ArrayNode array -> array.set(Integer.parseInt(last), value);
            default -> {}
        }
        return copy;
    }

    private Attempt json(Call call, String what, JsonNode body, boolean mustBeRefused) {
        return raw(call, what, bytes(body), mustBeRefused);
    }

    private Attempt raw(Call call, String what, byte[] body, boolean mustBeRefused) {
        return attempt(call, what, target(call), type("application/json"), body, mustBeRefused);
    }

    private static Attempt attempt(
            Call call, String what, String target, Map<String, String> headers, byte[] body, boolean mustBeRefused) {
        return new Attempt(
                what, call.method(), target, headers, new String(body, StandardCharsets.ISO_8859_1), mustBeRefused);
    }

    private static Map<String, String> type(String mediaType) {
        return mediaType.isEmpty() ? Map.of() : Map.of("Content-Type", mediaType);
    }

    private static Map<String, String> good(Call call) {
        return type(call.mediaType());
    }

    private byte[] bytes(Call call) {
        return call.takesJson() ? bytes(samples.of(call.body())) : new byte[0];
    }

    // Written out: a lone surrogate goes as an escape, as a hostile client would send it.
    private static byte[] bytes(JsonNode json) {
        StringBuilder ascii = new StringBuilder();
        for (char c : json.toString().toCharArray()) {
            if (Character.isSurrogate(c)) {
                ascii.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                ascii.append(c);
            }
        }
        return ascii.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String target(Call call) {
        return target(call, "", "");
    }

    private String target(Call call, String trickyName, String trick) {
        String path = call.path();
        for (String name : call.inPath()) {
            String value = name.equals(trickyName) ? trick : URLEncoder.encode("none", StandardCharsets.UTF_8);
            path = path.replaceFirst("\\{" + name + "(:[^}]*)?}", java.util.regex.Matcher.quoteReplacement(value));
        }
        return path;
    }

    private <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private Call call(String path, JsonNode shared, String method, JsonNode operation) {
        List<String> inPath = new ArrayList<>();
        List<String> inQuery = new ArrayList<>();
        for (JsonNode parameters : List.of(shared.path("parameters"), operation.path("parameters"))) {
            for (JsonNode reference : parameters) {
                JsonNode parameter = samples.resolved(reference);
                String name = parameter.path("name").asText();
                switch (parameter.path("in").asText()) {
                    case "path" -> inPath.add(name);
                    case "query" -> inQuery.add(name);
                    default -> {}
                }
            }
        }
        JsonNode content = operation.path("requestBody").path("content");
        String mediaType = content.isEmpty()
                ? ""
                : content.has("application/json")
                        ? "application/json"
                        : content.properties().iterator().next().getKey();
        return new Call(
                method.toUpperCase(Locale.ROOT),
                path,
                inPath,
                inQuery,
                mediaType,
                content.path(mediaType).path("schema"));
    }
}
