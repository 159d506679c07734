package dev.muster.telemetry.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Telemetry in JSON as agents write it, read in one pass straight into the bytes of the canonical record: compact, members
 * in the order of the protocol, plain ASCII, numbers without exponent. Anything else is left to the reader that knows all
 * of JSON and every error; what this one takes, both read alike. Reading JSON into objects first cost half of a gateway's
 * CPU. For one payload.
 */
final class PlainJson {
    /** What {@link #read} answers where it does not know. */
    static final byte[] NONE = {};

    private static final byte[] START = ascii("{\"metrics\":[");
    private static final byte[] NAME = ascii("{\"name\":\"");
    private static final byte[] AT = ascii("\",\"at\":");
    private static final byte[] VALUE = ascii(",\"value\":");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final int MAX_NAME = 200;
    /** Of milliseconds: all numbers of so many digits are before the year 10,000. */
    private static final int MAX_TIME_DIGITS = 14;
    /** Of a whole number: all of so many digits are a long. */
    private static final int MAX_LONG_DIGITS = 18;
    /** Of a fraction: such a mantissa and such a power of ten are doubles, so one division rounds once. */
    private static final int MAX_EXACT_DIGITS = 15;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    // Fields of TelemetryBatch and Metric, with their wire types.
    private static final int METRICS = 6 << 3 | 2;
    private static final int METRIC_NAME = 1 << 3 | 2;
    private static final int METRIC_AT = 2 << 3;
    private static final int METRIC_NUMBER = 3 << 3 | 1;
    private static final int METRIC_INTEGER = 4 << 3;
    private static final int METRIC_FLAG = 5 << 3;
    private static final int METRIC_TEXT = 6 << 3 | 2;
    private static final int BYTES_OF_DOUBLE = 8;

    private final byte[] in;
    private int at;
    private byte[] out;
    private int length;

    private PlainJson(byte[] in, byte[] head) {
        this.in = in;
        this.out = Arrays.copyOf(head, head.length + in.length + 64);
        this.length = head.length;
    }

    /** The record's metrics behind {@code head}; empty if this is not for us. */
    static byte[] read(byte[] payload, byte[] head) {
        PlainJson reader = new PlainJson(payload, head);
        return reader.batch() ? Arrays.copyOf(reader.out, reader.length) : NONE;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private boolean batch() {
        if (!take(START)) {
            return false;
        }
        do {
            if (!sample()) {
                return false;
            }
        } while (take(','));
        return take(']') && take('}') && at == in.length;
    }

    private boolean sample() {
        if (!take(NAME)) {
            return false;
        }
        int name = at;
        int nameLength = plainText();
        if (nameLength < 1 || nameLength > MAX_NAME || !take(AT)) {
            return false;
        }
        int digits = digits();
        if (digits < 1 || digits > MAX_TIME_DIGITS || in[at - digits] == '0') {
            return false; // zero is not written to a record at all: left to who knows
        }
        long time = number(at - digits, digits);
        if (!take(VALUE)) {
            return false;
        }
        int before = 1 + varintLength(nameLength) + nameLength + 1 + varintLength(time);
        return value(name, nameLength, time, before) && take('}');
    }

    /** Writes the whole metric once it knows how long its value is. */
    private boolean value(int name, int nameLength, long time, int before) {
        if (take(TRUE) || take(FALSE)) {
            boolean flag = in[at - 2] == 'u';
            begin(name, nameLength, time, before + 2);
            out[length++] = METRIC_FLAG;
            out[length++] = (byte) (flag ? 1 : 0);
            return true;
        }
        if (take('"')) {
            int text = at;
            int textLength = plainText();
            if (textLength < 0 || !take('"')) {
                return false;
            }
            begin(name, nameLength, time, before + 1 + varintLength(textLength) + textLength);
            out[length++] = METRIC_TEXT;
            bytes(text, textLength);
            return true;
        }
        return numeric(name, nameLength, time, before);
    }

    private boolean numeric(int name, int nameLength, long time, int before) {
        boolean negative = take('-');
        int start = at;
        int whole = digits();
        if (whole < 1 || whole > MAX_LONG_DIGITS || (whole > 1 && in[start] == '0')) {
            return false;
        }
        long number = number(start, whole);
        if (!take('.')) {
            if (at < in.length && (in[at] == 'e' || in[at] == 'E')) {
                return false;
            }
            long signed = negative ? -number : number;
            long zigzag = signed << 1 ^ signed >> 63;
            begin(name, nameLength, time, before + 1 + varintLength(zigzag));
            out[length++] = METRIC_INTEGER;
            varint(zigzag);
            return true;
        }
        int fraction = digits();
        if (fraction < 1 || whole + fraction > MAX_EXACT_DIGITS) {
            return false;
        }
        if (at < in.length && (in[at] == 'e' || in[at] == 'E')) {
            return false;
        }
        double magnitude =
                (number * (long) POWERS_OF_TEN[fraction] + number(at - fraction, fraction)) / POWERS_OF_TEN[fraction];
        begin(name, nameLength, time, before + 1 + BYTES_OF_DOUBLE);
        out[length++] = METRIC_NUMBER;
        long bits = Double.doubleToRawLongBits(negative ? -magnitude : magnitude);
        for (int i = 0; i < BYTES_OF_DOUBLE; i++) {
            out[length++] = (byte) (bits >>> (8 * i));
        }
        return true;
    }

    private void begin(int name, int nameLength, long time, int metricLength) {
        room(metricLength + 12);
        out[length++] = METRICS;
        varint(metricLength);
        out[length++] = METRIC_NAME;
        bytes(name, nameLength);
        out[length++] = METRIC_AT;
        varint(time);
    }

    private void room(int more) {
        if (out.length - length < more) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }

    private void bytes(int from, int count) {
        varint(count);
        System.arraycopy(in, from, out, length, count);
        length += count;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out[length++] = (byte) rest;
    }

    private static int varintLength(long value) {
        return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    private boolean take(byte[] expected) {
        int end = at + expected.length;
        if (end > in.length || !Arrays.equals(in, at, end, expected, 0, expected.length)) {
            return false;
        }
        at = end;
        return true;
    }

    private boolean take(char expected) {
        if (at < in.length && in[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    /** Up to the closing quote: how many characters; -1 if one is not plain ASCII. */
    private int plainText() {
        int start = at;
        while (at < in.length && in[at] != '"') {
            byte next = in[at++];
            if (next < ' ' || next == '\\' || next == 0x7F) { // bytes beyond ASCII are negative
                return -1;
            }
        }
        return at - start;
    }

    private int digits() {
        int start = at;
        while (at < in.length && in[at] >= '0' && in[at] <= '9') {
            at++;
        }
        return at - start;
    }

    private long number(int from, int digits) {
        long number = 0;
        for (int i = from; i < from + digits; i++) {
            number = number * 10 + in[i] - '0';
        }
        return number;
    }
}
