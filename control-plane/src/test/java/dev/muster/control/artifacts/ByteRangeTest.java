package dev.muster.control.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.artifacts.ByteRange.Asked;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-9, 0, 10, bytes 0-9/100",
        "bytes=90-, 90, 10, bytes 90-99/100",
        "bytes=90-1000, 90, 10, bytes 90-99/100",
        "bytes=-10, 90, 10, bytes 90-99/100",
        "bytes=-1000, 0, 100, bytes 0-99/100",
        "bytes=99-99, 99, 1, bytes 99-99/100"
    })
    void readsOneRange(String header, long first, long length, String contentRange) {
        assertThat(asked(header)).isEqualTo(new Asked.Part(new ByteRange(first, length)));
        assertThat(new ByteRange(first, length).contentRange(100)).isEqualTo(contentRange);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=200-300", "bytes=-0"})
    void refusesRangesOutsideTheResource(String header) {
        assertThat(asked(header)).isEqualTo(new Asked.Unsatisfiable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=5-2", "bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=99999999999999999999-"})
    void answersTheWholeToWhatItNeedNotUnderstand(String header) {
        assertThat(asked(header)).isEqualTo(new Asked.Whole());
    }

    @Test
    void answersTheWholeWhenTheResourceChangedMeanwhile() {
        assertThat(ByteRange.of(Optional.of("bytes=0-9"), Optional.of("\"old\""), "\"new\"", 100))
                .isEqualTo(new Asked.Whole());
        assertThat(ByteRange.of(Optional.of("bytes=0-9"), Optional.of("\"new\""), "\"new\"", 100))
                .isEqualTo(new Asked.Part(new ByteRange(0, 10)));
    }

    private static Asked asked(String header) {
        return ByteRange.of(Optional.of(header), Optional.empty(), "\"tag\"", 100);
    }
}
