package dev.muster.telemetry.bridge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.muster.protocol.ProtocolException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of JSON (RFC 8259), read whole. Pure. */
sealed interface Json {
    /** Deeper is nobody's measurement. */
    int DEEPEST = 64;

    /** Members in their order. */
    record Obj(Map<String, Json> members) implements Json {}

    /** Elements in their order. */
    record Arr(List<Json> items) implements Json {}

    /** A string. */
    record Text(String value) implements Json {}

    /** A whole number that fits 64 bits. */
    record Int(long value) implements Json {}

    /** Any other number. */
    record Dec(double value) implements Json {}

    /** True or false. */
    record Flag(boolean value) implements Json {}

    /** Nothing, said. */
    record Null() implements Json {}

    /**
     * The one value of a text.
     *
     * @throws ProtocolException if it is none, says a member twice or is too deep
     */
    static Json parse(byte[] utf8) {
        try (JsonParser parser = Reader.FACTORY.createParser(utf8)) {
            Json value = Reader.value(parser, parser.nextToken(), 0);
            if (parser.nextToken() != null) {
                throw new ProtocolException("expected one value of JSON, found more behind it");
            }
            return value;
        } catch (IOException e) {
            throw new ProtocolException("expected JSON, found something else: " + firstLine(e), e);
        }
    }

    /** What it is, for messages to people. */
    default String describe() {
        return switch (this) {
            case Obj o -> "an object";
            case Arr a -> "a list";
            case Text t -> "a text";
            case Int i -> "a number";
            case Dec d -> "a number";
            case Flag f -> "a flag";
            case Null n -> "null";
        };
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** Reads by descent; {@link #DEEPEST} bounds it. */
    final class Reader {
        private static final JsonFactory FACTORY = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();

        private Reader() {}

        private static Json value(JsonParser parser, @org.jspecify.annotations.Nullable JsonToken token, int depth)
                throws IOException {
            if (token == null) {
                throw new ProtocolException("expected JSON, found nothing");
            }
            if (depth > DEEPEST) {
                throw new ProtocolException("expected at most " + DEEPEST + " levels of JSON, found more");
            }
            return switch (token) {
                case START_OBJECT -> object(parser, depth);
                case START_ARRAY -> array(parser, depth);
                case VALUE_STRING -> new Text(parser.getText());
                case VALUE_NUMBER_INT -> whole(parser);
                case VALUE_NUMBER_FLOAT -> decimal(parser);
                case VALUE_TRUE -> new Flag(true);
                case VALUE_FALSE -> new Flag(false);
                case VALUE_NULL -> new Null();
                case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                    throw new ProtocolException("expected a value of JSON, found " + token);
            };
        }

        private static Json object(JsonParser parser, int depth) throws IOException {
            Map<String, Json> members = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                members.put(name, value(parser, parser.nextToken(), depth + 1));
            }
            return new Obj(members);
        }

        private static Json array(JsonParser parser, int depth) throws IOException {
            List<Json> items = new ArrayList<>();
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                items.add(value(parser, token, depth + 1));
            }
            return new Arr(items);
        }

        private static Json whole(JsonParser parser) throws IOException {
            BigInteger value = parser.getBigIntegerValue();
            return value.bitLength() < Long.SIZE ? new Int(value.longValue()) : finite(value.doubleValue());
        }

        private static Json decimal(JsonParser parser) throws IOException {
            return finite(Double.parseDouble(parser.getText()));
        }

        private static Json finite(double value) {
            if (!Double.isFinite(value)) {
                throw new ProtocolException("expected a number that a double can hold, found a greater one");
            }
            return new Dec(value);
        }
    }
}
