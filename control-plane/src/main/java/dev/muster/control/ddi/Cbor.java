package dev.muster.control.ddi;

import dev.muster.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CBOR (RFC 8949) as far as JSON's types reach: maps with text keys, arrays, texts, integers, floats, true, false, null. Pure. */
final class Cbor {
    private static final int DEEPEST = 16;
    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xff;

    private Cbor() {}

    /** The map in the bytes; {@link ProtocolException} if they hold none. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            if (read(in, 0) instanceof Map<?, ?> map && !in.hasRemaining()) {
                return (Map<String, Object>) map;
            }
        } catch (BufferUnderflowException e) {
            throw new ProtocolException("expected CBOR, found its end too early", e);
        }
        throw new ProtocolException("expected one CBOR map");
    }

    private static @Nullable Object read(ByteBuffer in, int depth) {
        if (depth > DEEPEST) {
            throw new ProtocolException("expected CBOR of at most " + DEEPEST + " levels");
        }
        int head = in.get() & 0xff;
        int info = head & 0x1f;
        return switch (head >> 5) {
            case 0 -> number(in, info);
            case 1 -> -1 - number(in, info);
            case 3 -> text(in, info);
            case 4 -> array(in, info, depth);
            case 5 -> map(in, info, depth);
            case 7 -> simple(in, info);
            default -> throw new ProtocolException("expected CBOR with the types of JSON only");
        };
    }

    private static long number(ByteBuffer in, int info) {
        long value =
                switch (info) {
                    case 24 -> in.get() & 0xff;
                    case 25 -> in.getShort() & 0xffff;
                    case 26 -> in.getInt() & 0xffff_ffffL;
                    case 27 -> in.getLong();
                    default -> info;
                };
        if (info > 27 || value < 0) {
            throw new ProtocolException("expected a CBOR number of at most 63 bits");
        }
        return value;
    }

    private static String text(ByteBuffer in, int info) {
        if (info != INDEFINITE) {
            return piece(in, info);
        }
        StringBuilder all = new StringBuilder();
        for (int head = in.get() & 0xff; head != BREAK; head = in.get() & 0xff) {
            all.append(piece(in, head & 0x1f));
        }
        return all.toString();
    }

    private static String piece(ByteBuffer in, int info) {
        long length = number(in, info);
        if (length > in.remaining()) {
            throw new ProtocolException("expected CBOR, found its end too early");
        }
        byte[] utf8 = new byte[(int) length];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static boolean isBreak(ByteBuffer in) {
        if ((in.get(in.position()) & 0xff) == BREAK) {
            in.get();
            return true;
        }
        return false;
    }

    private static List<@Nullable Object> array(ByteBuffer in, int info, int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        long count = info == INDEFINITE ? Long.MAX_VALUE : number(in, info);
        for (long i = 0; i < count && !(info == INDEFINITE && isBreak(at(in))); i++) {
            list.add(read(in, depth + 1));
        }
        return list;
    }

    private static Map<String, @Nullable Object> map(ByteBuffer in, int info, int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        long count = info == INDEFINITE ? Long.MAX_VALUE : number(in, info);
        for (long i = 0; i < count && !(info == INDEFINITE && isBreak(at(in))); i++) {
            if (!(read(in, depth + 1) instanceof String key)) {
                throw new ProtocolException("expected texts as keys of a CBOR map");
            }
            map.put(key, read(in, depth + 1));
        }
        return map;
    }

    private static ByteBuffer at(ByteBuffer in) {
        if (!in.hasRemaining()) {
            throw new BufferUnderflowException();
        }
        return in;
    }

    private static @Nullable Object simple(ByteBuffer in, int info) {
        return switch (info) {
            case 20 -> false;
            case 21 -> true;
            case 22, 23 -> null;
            case 26 -> (double) in.getFloat();
            case 27 -> in.getDouble();
            default -> throw new ProtocolException("expected CBOR with the types of JSON only");
        };
    }

    /** Writes what {@link #read} reads; hawkBit's links are a list of {@code rel} and {@code href} there, not HAL. */
    static byte[] write(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, value);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case String text -> {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                head(out, 3, utf8.length);
                out.writeBytes(utf8);
            }
            case Boolean flag -> out.write(flag ? 0xf5 : 0xf4);
            case Number number -> {
                long whole = number.longValue();
                head(out, whole < 0 ? 1 : 0, whole < 0 ? -1 - whole : whole);
            }
            case List<?> list -> {
                head(out, 4, list.size());
                list.forEach(item -> write(out, item));
            }
            case Map<?, ?> map -> {
                head(out, 5, map.size());
                map.forEach((key, item) -> {
                    boolean links = key.equals("_links");
                    write(out, links ? "links" : key);
                    write(out, links ? links((Map<?, ?>) item) : item);
                });
            }
            default -> throw new IllegalArgumentException("expected a type of JSON");
        }
    }

    private static List<Map<String, Object>> links(Map<?, ?> hal) {
        List<Map<String, Object>> links = new ArrayList<>();
        hal.forEach((rel, link) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("rel", rel);
            one.put("href", String.valueOf(((Map<?, ?>) link).get("href")));
            links.add(one);
        });
        return links;
    }

    private static void head(ByteArrayOutputStream out, int type, long value) {
        int major = type << 5;
        if (value < 24) {
            out.write(major | (int) value);
        } else if (value <= 0xff) {
            out.write(major | 24);
            out.write((int) value);
        } else if (value <= 0xffff) {
            out.write(major | 25);
            out.writeBytes(ByteBuffer.allocate(2).putShort((short) value).array());
        } else if (value <= 0xffff_ffffL) {
            out.write(major | 26);
            out.writeBytes(ByteBuffer.allocate(4).putInt((int) value).array());
        } else {
            out.write(major | 27);
            out.writeBytes(ByteBuffer.allocate(8).putLong(value).array());
        }
    }
}
