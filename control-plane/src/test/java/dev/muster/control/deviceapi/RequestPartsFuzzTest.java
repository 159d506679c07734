package dev.muster.control.deviceapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.util.Optional;

/** The small texts of a request that are read by hand. */
class RequestPartsFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(FuzzedDataProvider data) {
        long total = data.consumeLong(0, Long.MAX_VALUE);
        String text = (data.consumeBoolean() ? "bytes=" : "") + data.consumeRemainingAsString();

        if (ByteRange.parse(Optional.of(text), total) instanceof ByteRange.Asked.Part part) {
            assertThat(part.range().from()).isNotNegative();
            assertThat(part.range().length())
                    .isPositive()
                    .isLessThanOrEqualTo(total - part.range().from());
        }
        try {
            Cursor.decodeNumber(text);
        } catch (ProblemException refused) {
            assertThat(refused.code()).isEqualTo(ProblemCode.INVALID_CURSOR);
        }
    }
}
