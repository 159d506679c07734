package dev.muster.cli.enrolment;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.util.ArrayList;
import java.util.List;

/** A QR code for a terminal: two modules above each other are one character, light ones drawn, as on a dark ground. */
final class QrText {
    // ISO/IEC 18004, 5.3.8: four light modules around the symbol.
    private static final int QUIET = 4;

    private QrText() {}

    /** The lines of the code; an exception for a text that no code holds. */
    static List<String> lines(String text) {
        ByteMatrix code;
        try {
            code = Encoder.encode(text, ErrorCorrectionLevel.M).getMatrix();
        } catch (WriterException e) {
            throw new IllegalArgumentException(
                    "expected a text that a QR code holds, found " + text.length() + " characters", e);
        }
        int size = code.getWidth() + 2 * QUIET;
        List<String> lines = new ArrayList<>();
        for (int y = 0; y < size; y += 2) {
            StringBuilder line = new StringBuilder();
            for (int x = 0; x < size; x++) {
                boolean above = light(code, x, y);
                boolean below = light(code, x, y + 1);
                line.append(above ? (below ? '\u2588' : '\u2580') : (below ? '\u2584' : ' '));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static boolean light(ByteMatrix code, int x, int y) {
        int column = x - QUIET;
        int row = y - QUIET;
        boolean inside = column >= 0 && row >= 0 && column < code.getWidth() && row < code.getHeight();
        return !inside || code.get(column, row) == 0;
    }
}
