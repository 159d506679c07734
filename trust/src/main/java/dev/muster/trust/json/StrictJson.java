package dev.muster.trust.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.muster.trust.TrustException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON into maps, lists, strings, {@link Long} or {@link BigInteger}, booleans and null, all unmodifiable. Refused
 * are: duplicate members, anything after the document, bytes that are not UTF-8, half surrogate pairs, nesting beyond
 * {@value #MAX_DEPTH}, fractions and exponents (they have no canonical form), numbers beyond {@value #MAX_NUMBER} digits.
 */
public final class StrictJson {
    /** Deepest nesting that is read. */
    public static final int MAX_DEPTH = 64;

    /** Most characters a number may have. */
    public static final int MAX_NUMBER = 100;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            .build();

    private StrictJson() {}

    /**
     * The object in {@code utf8}.
     *
     * @param what names the document in errors
     * @throws TrustException.Malformed if it is anything but one strict JSON object
     */
    public static Map<String, @Nullable Object> object(String what, byte[] utf8) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TrustException.Malformed(what, "expected UTF-8", e);
        }
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new TrustException.Malformed(what, "expected a JSON object");
            }
            Map<String, @Nullable Object> result = readObject(what, parser);
            if (parser.nextToken() != null) {
                throw new TrustException.Malformed(what, "expected nothing after the JSON object");
            }
            return result;
        } catch (IOException e) {
            throw new TrustException.Malformed(what, firstLine(e), e);
        }
    }

    private static Map<String, @Nullable Object> readObject(String what, JsonParser parser) throws IOException {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = wellFormed(what, parser.currentName());
            parser.nextToken();
            result.put(name, readValue(what, parser));
        }
        return Collections.unmodifiableMap(result);
    }

    private static List<@Nullable Object> readArray(String what, JsonParser parser) throws IOException {
        List<@Nullable Object> result = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            result.add(readValue(what, parser));
        }
        return Collections.unmodifiableList(result);
    }

    private static @Nullable Object readValue(String what, JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new TrustException.Malformed(what, "ends too early");
        }
        return switch (token) {
            case START_OBJECT -> readObject(what, parser);
            case START_ARRAY -> readArray(what, parser);
            case VALUE_STRING -> wellFormed(what, parser.getText());
            case VALUE_NUMBER_INT -> number(parser.getText());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case VALUE_NUMBER_FLOAT ->
                throw new TrustException.Malformed(what, "expected a whole number, found " + parser.getText());
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new TrustException.Malformed(what, "expected a value");
        };
    }

    private static Number number(String text) {
        BigInteger value = new BigInteger(text);
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    // Two different half pairs would become the same bytes when written, so a signature would not tell them apart.
    private static String wellFormed(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new TrustException.Malformed(what, "half a surrogate pair in a string");
            }
        }
        return text;
    }

    private static String firstLine(IOException e) {
        String message = e.getMessage();
        return message == null ? "not JSON" : message.lines().findFirst().orElse("not JSON");
    }
}
