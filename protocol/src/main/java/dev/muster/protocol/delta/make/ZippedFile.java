package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.DeltaFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A deflated file of a zip, wherever in an image the zip lies: found by its local header (APPNOTE.TXT, 4.3.7), and read as far as its
 * stream says, for headers need not know how long it is.
 *
 * @param header where its local header begins
 * @param start where its bytes begin
 * @param packed how many there are
 * @param raw how many there are unpacked
 */
record ZippedFile(String name, long header, long start, int packed, int raw) {
    private static final int HEADER_BYTES = 30;
    private static final int SIGNATURE_BYTES = 4;
    private static final int METHOD_AT = 8;
    private static final int NAME_LENGTH_AT = 26;
    private static final int EXTRA_LENGTH_AT = 28;
    private static final int DEFLATED = 8;
    private static final int PART_BYTES = 64 << 10;
    /** A shorter one is not worth its line in a recipe. */
    private static final int SHORTEST = 256;
    /** Likeliest first. */
    private static final int[] LEVELS = {6, 9, 1, 5, 4, 7, 8, 3, 2};

    /** All in an image, in order. */
    static List<ZippedFile> find(ImageBytes image, BooleanSupplier cancelled) {
        List<ZippedFile> files = new ArrayList<>();
        byte[] buffer = new byte[PART_BYTES];
        long at = 0;
        while (at + HEADER_BYTES <= image.length()) {
            DeltaMaker.check(cancelled);
            int count = (int) Math.min(buffer.length, image.length() - at);
            image.get(at, buffer, 0, count);
            int found = signature(buffer, count);
            if (found < 0) {
                at += count - SIGNATURE_BYTES + 1;
                continue;
            }
            ZippedFile file = read(image, at + found);
            at = file == null ? at + found + SIGNATURE_BYTES : file.end();
            if (file != null && file.packed >= SHORTEST) {
                files.add(file);
            }
        }
        return files;
    }

    private static int signature(byte[] bytes, int count) {
        for (int i = 0; i + SIGNATURE_BYTES <= count; i++) {
            if (bytes[i] == 'P' && bytes[i + 1] == 'K' && bytes[i + 2] == 3 && bytes[i + 3] == 4) {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable ZippedFile read(ImageBytes image, long header) {
        if (header + HEADER_BYTES > image.length()) {
            return null;
        }
        ByteBuffer head = ByteBuffer.wrap(bytes(image, header, HEADER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        int nameLength = Short.toUnsignedInt(head.getShort(NAME_LENGTH_AT));
        long start = header + HEADER_BYTES + nameLength + Short.toUnsignedInt(head.getShort(EXTRA_LENGTH_AT));
        if (head.getShort(METHOD_AT) != DEFLATED || start >= image.length()) {
            return null;
        }
        String name = new String(bytes(image, header + HEADER_BYTES, nameLength), StandardCharsets.ISO_8859_1);
        Inflater inflater = new Inflater(true);
        try {
            byte[] input = new byte[PART_BYTES];
            byte[] output = new byte[PART_BYTES];
            long at = start;
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    int count = (int) Math.min(input.length, image.length() - at);
                    if (count == 0) {
                        return null;
                    }
                    image.get(at, input, 0, count);
                    inflater.setInput(input, 0, count);
                    at += count;
                }
                if ((inflater.inflate(output) == 0 && inflater.needsDictionary())
                        || inflater.getBytesWritten() > DeltaFormat.MAX_UNPACKED_BYTES) {
                    return null;
                }
            }
            return new ZippedFile(name, header, start, (int) inflater.getBytesRead(), (int) inflater.getBytesWritten());
        } catch (DataFormatException e) {
            return null;
        } finally {
            inflater.end();
        }
    }

    private static byte[] bytes(ImageBytes image, long at, int length) {
        byte[] bytes = new byte[length];
        image.get(at, bytes, 0, length);
        return bytes;
    }

    /** Where its bytes end. */
    long end() {
        return start + packed;
    }

    /** Its local header, name and all. */
    byte[] head(ImageBytes image) {
        return bytes(image, header, (int) (start - header));
    }

    /** What is in it. */
    byte[] content(ImageBytes image) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes(image, start, packed));
            byte[] content = new byte[raw];
            int done = 0;
            while (done < raw) {
                done += inflater.inflate(content, done, raw - done);
            }
            return content;
        } catch (DataFormatException e) {
            throw new IllegalStateException("it was inflated before", e);
        } finally {
            inflater.end();
        }
    }

    /** The level at which zlib makes exactly these bytes of the content; 0 if at none. */
    int level(ImageBytes image) {
        byte[] expected = bytes(image, start, packed);
        byte[] content = content(image);
        for (int level : LEVELS) {
            if (makes(expected, content, level)) {
                return level;
            }
        }
        return 0;
    }

    private static boolean makes(byte[] expected, byte[] content, int level) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            byte[] made = new byte[PART_BYTES];
            int at = 0;
            while (!deflater.finished()) {
                int count = deflater.deflate(made);
                if (at + count > expected.length || Arrays.mismatch(made, 0, count, expected, at, at + count) >= 0) {
                    return false;
                }
                at += count;
            }
            return at == expected.length;
        } finally {
            deflater.end();
        }
    }
}
