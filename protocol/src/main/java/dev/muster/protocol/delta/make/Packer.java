package dev.muster.protocol.delta.make;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.tukaani.xz.FinishableWrapperOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.UnsupportedOptionsException;

/** LZMA2 as small as it gets. */
final class Packer {
    private static final int PRESET = 9;

    private Packer() {}

    static byte[] pack(byte[] bytes) {
        return pack(bytes, new byte[0], false);
    }

    /** Differences have no structure beyond the byte. */
    static byte[] packDifferences(byte[] bytes) {
        return pack(bytes, new byte[0], true);
    }

    static byte[] pack(byte[] bytes, byte[] dictionary) {
        return pack(bytes, dictionary, false);
    }

    private static byte[] pack(byte[] bytes, byte[] dictionary, boolean plain) {
        if (bytes.length == 0) {
            return new byte[0];
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var xz =
                options(bytes.length, dictionary, plain).getOutputStream(new FinishableWrapperOutputStream(out))) {
            xz.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written to it", e);
        }
        return out.toByteArray();
    }

    private static LZMA2Options options(int length, byte[] dictionary, boolean plain)
            throws UnsupportedOptionsException {
        LZMA2Options options = new LZMA2Options(PRESET);
        // Never more than the decoder takes; see DeltaHead.dictionary.
        options.setDictSize(Math.max(LZMA2Options.DICT_SIZE_MIN, length + dictionary.length));
        options.setNiceLen(LZMA2Options.NICE_LEN_MAX);
        if (plain) {
            options.setLcLp(0, 0);
            options.setPb(0);
        }
        if (dictionary.length > 0) {
            options.setPresetDict(dictionary);
        }
        return options;
    }
}
