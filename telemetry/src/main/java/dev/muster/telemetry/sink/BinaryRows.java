package dev.muster.telemetry.sink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows in PostgreSQL's binary COPY format (documentation of COPY, "Binary Format"): half the server's CPU of the text
 * format. A growing buffer; not thread-safe.
 */
final class BinaryRows {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};
    private static final long MICROS_TO_2000 = 946_684_800_000_000L;
    private static final int NULL = -1;

    private byte[] bytes = new byte[64 * 1024];
    private int length;

    BinaryRows() {
        raw(SIGNATURE);
        int32(0); // flags
        int32(0); // no header extension
    }

    /** Begins a row of {@code columns} columns. */
    void row(int columns) {
        int16(columns);
    }

    void text(@Nullable String value) {
        if (value == null) {
            int32(NULL);
            return;
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        int32(utf8.length);
        raw(utf8);
    }

    /** Column of type {@code timestamptz}; milliseconds since 1970. */
    void instant(long epochMillis) {
        int32(Long.BYTES);
        int64(epochMillis * 1_000 - MICROS_TO_2000);
    }

    /** Column of type {@code smallint}. */
    void smallint(int value) {
        int32(Short.BYTES);
        int16(value);
    }

    void number(@Nullable Double value) {
        if (value == null) {
            int32(NULL);
        } else {
            int32(Double.BYTES);
            int64(Double.doubleToLongBits(value));
        }
    }

    /** Ends the data; nothing may follow. */
    void end() {
        int16(-1);
    }

    byte[] buffer() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void raw(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private void int16(int value) {
        reserve(Short.BYTES);
        bytes[length++] = (byte) (value >> 8);
        bytes[length++] = (byte) value;
    }

    private void int32(int value) {
        int16(value >> 16);
        int16(value);
    }

    private void int64(long value) {
        int32((int) (value >> 32));
        int32((int) value);
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
