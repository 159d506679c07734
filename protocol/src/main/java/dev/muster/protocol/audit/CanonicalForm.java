package dev.muster.protocol.audit;

import dev.muster.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes values so that two different ones never give the same bytes, and the same value always does, however its JSON was
 * spelt: a letter for the kind, then lengths before contents. Text is UTF-8; lengths and counts are four bytes, big-endian.
 * For one thread.
 *
 * <pre>
 * n                     null
 * t, f                  true, false
 * d LENGTH TEXT         a number as {@code <digits>e<exponent>} without trailing zeros: 12.50 is {@code 125e-1}, 0 is {@code 0e0}
 * s LENGTH UTF8         a string
 * a COUNT VALUE*        an array
 * o COUNT (s.. VALUE)*  an object, members in the order of their names' UTF-8 bytes, unsigned
 * </pre>
 */
final class CanonicalForm {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    CanonicalForm text(String value) {
        sized('s', value.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    CanonicalForm number(long value) {
        number(BigDecimal.valueOf(value));
        return this;
    }

    /** Whole microseconds since 1970, as PostgreSQL keeps them; finer parts are cut off. */
    CanonicalForm time(Instant value) {
        return number(micros(value));
    }

    /** What a JSON reader made of a value: maps, lists, text, numbers, flags, null. */
    CanonicalForm value(@Nullable Object value) {
        switch (value) {
            case null -> out.write('n');
            case Boolean flag -> out.write(flag ? 't' : 'f');
            case String text -> text(text);
            case Integer number -> number(number.longValue());
            case Long number -> number(number);
            case BigInteger number -> number(new BigDecimal(number));
            case BigDecimal number -> number(number);
            case List<?> list -> {
                counted('a', list.size());
                list.forEach(this::value);
            }
            case Map<?, ?> map -> object(map);
            // A binary fraction has lost what was written: the reader has to keep decimals.
            default -> throw new ProtocolException("expected a value of JSON, found `" + value + "`");
        }
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    static long micros(Instant value) {
        try {
            return Math.addExact(Math.multiplyExact(value.getEpochSecond(), 1_000_000L), value.getNano() / 1_000);
        } catch (ArithmeticException e) {
            throw new ProtocolException("expected a time within 290,000 years of 1970, found `" + value + "`", e);
        }
    }

    private void object(Map<?, ?> map) {
        counted('o', map.size());
        List<Map.Entry<byte[], @Nullable Object>> members = new ArrayList<>(map.size());
        map.forEach((name, member) -> members.add(new java.util.AbstractMap.SimpleImmutableEntry<>(
                String.valueOf(name).getBytes(StandardCharsets.UTF_8), member)));
        members.sort(Comparator.comparing(Map.Entry::getKey, Arrays::compareUnsigned));
        for (Map.Entry<byte[], @Nullable Object> member : members) {
            sized('s', member.getKey());
            value(member.getValue());
        }
    }

    private void number(BigDecimal value) {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        sized('d', (plain.unscaledValue() + "e" + -(long) plain.scale()).getBytes(StandardCharsets.US_ASCII));
    }

    private void sized(char kind, byte[] content) {
        counted(kind, content.length);
        out.writeBytes(content);
    }

    private void counted(char kind, int count) {
        out.write(kind);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(count).array());
    }
}
