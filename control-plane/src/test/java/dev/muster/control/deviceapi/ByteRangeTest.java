package dev.muster.control.deviceapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({"bytes=0-0,0,1", "bytes=3-5,3,3", "bytes=7-,7,3", "bytes=-2,8,2", "bytes=0-99,0,10", "bytes=-99,0,10"})
    void aRangeIsCutToWhatExists(String header, long from, long length) {
        assertThat(ByteRange.parse(Optional.of(header), 10))
                .isEqualTo(new ByteRange.Asked.Part(new ByteRange(from, length)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-12", "bytes=-0"})
    void aRangeBeyondTheEndIsImpossible(String header) {
        assertThat(ByteRange.parse(Optional.of(header), 10)).isEqualTo(new ByteRange.Asked.Impossible());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,3-4", "items=0-1", "bytes=5-3"})
    void whatIsNoSingleRangeMeansTheWhole(String header) {
        assertThat(ByteRange.parse(Optional.of(header), 10)).isEqualTo(new ByteRange.Asked.Whole());
    }

    @Test
    void noHeaderMeansTheWhole() {
        assertThat(ByteRange.parse(Optional.empty(), 10)).isEqualTo(new ByteRange.Asked.Whole());
    }
}
