package dev.muster.cli.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class QrTextTest {
    private static final int PIXELS = 4;

    @Test
    void aReaderReadsWhatTheTerminalShows() throws Exception {
        String text = "muster-enrol:?server=https%3A%2F%2Fmine.example%3A7401&token=default.0123456789ab."
                + "abcdefghijklmnopqrstuvwxyz012345&ca=sha256%3A" + "0123456789abcdef".repeat(4);

        assertThat(read(QrText.lines(text))).isEqualTo(text);
    }

    @Test
    void refusesWhatNoCodeHolds() {
        assertThatThrownBy(() -> QrText.lines("x".repeat(4_000))).isInstanceOf(IllegalArgumentException.class);
    }

    /** What a camera sees of a dark terminal: drawn is light. */
    private static String read(List<String> lines) throws Exception {
        int width = lines.getFirst().length() * PIXELS;
        int height = lines.size() * 2 * PIXELS;
        int[] picture = new int[width * height];
        Arrays.fill(picture, 0xFF000000);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int row = y / PIXELS;
                char drawn = lines.get(row / 2).charAt(x / PIXELS);
                boolean light = drawn == '\u2588' || drawn == (row % 2 == 0 ? '\u2580' : '\u2584');
                picture[y * width + x] = light ? 0xFFFFFFFF : 0xFF000000;
            }
        }
        return new QRCodeReader()
                .decode(new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, picture))))
                .getText();
    }
}
