package dev.muster.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShowTest {
    @ParameterizedTest
    @CsvSource({
        "2026-11-22T08:59:59Z, now",
        "2026-11-22T08:58:30Z, 90s ago",
        "2026-11-22T08:00:00Z, 60m ago",
        "2026-11-20T21:00:00Z, 36h ago",
        "2026-11-01T09:00:00Z, 21d ago",
        "2026-11-23T09:00:00Z, in 24h",
        "-, -"
    })
    void saysHowLongAgoInOneUnit(String instant, String expected) {
        assertThat(Show.ago(instant, Instant.parse("2026-11-22T09:00:00Z"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1572864, 1.5 MiB", "5497558138880, 5.0 TiB"})
    void showsBytesInBinaryUnits(long bytes, String expected) {
        assertThat(Show.bytes(bytes)).isEqualTo(expected);
    }
}
