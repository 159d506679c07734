package dev.muster.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.config.TransferLimits;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Speeds on a clock of its own: what takes time are the sender and the pauses. */
class MeteredStreamTest {
    private static final int MEBIBYTE = 1 << 20;

    private long nanos;
    private long longestPause;

    @Test
    void takesAsLongAsTheBoundSaysInShortReads() throws IOException {
        InputStream stream = stream(TransferLimits.DEFAULT.with(64 << 10, 0), Duration.ZERO);

        assertThat(stream.readAllBytes()).hasSize(MEBIBYTE);

        assertThat(Duration.ofNanos(nanos)).isBetween(Duration.ofMillis(15_700), Duration.ofMillis(16_000));
        assertThat(Duration.ofNanos(longestPause)).as("stops soon").isLessThanOrEqualTo(Duration.ofMillis(250));
    }

    @Test
    void aPauseOfTheSenderIsFollowedByNoBurst() throws IOException {
        InputStream stream = stream(TransferLimits.DEFAULT.with(64 << 10, 0), Duration.ZERO);
        nanos += Duration.ofHours(1).toNanos();
        long from = nanos;

        assertThat(stream.readNBytes(640 << 10)).hasSize(640 << 10);

        assertThat(Duration.ofNanos(nanos - from)).isBetween(Duration.ofMillis(9_700), Duration.ofSeconds(10));
    }

    @Test
    void aSlowLineIsFastEnough() throws IOException {
        // 2 KiB each second
        InputStream stream = stream(TransferLimits.DEFAULT, Duration.ofSeconds(1));
        byte[] buffer = new byte[2048];

        for (int i = 0; i < 500; i++) {
            assertThat(stream.read(buffer)).isEqualTo(2048);
        }
    }

    @Test
    void aSenderThatPlaysForTimeIsGivenUpAfterAMinute() throws IOException {
        InputStream stream = stream(TransferLimits.DEFAULT, Duration.ofSeconds(5));
        byte[] buffer = new byte[1000];
        for (int i = 0; i < 11; i++) {
            assertThat(stream.read(buffer)).isEqualTo(1000);
        }

        assertThatThrownBy(() -> stream.read(buffer))
                .hasMessage("expected at least 1024 bytes per second, found 200 over 60 s");
    }

    @Test
    void theBoundOfOurOwnIsNoFaultOfTheSender() throws IOException {
        InputStream stream = stream(TransferLimits.DEFAULT.with(1024, 4096), Duration.ZERO);

        assertThat(stream.readNBytes(200 << 10)).hasSize(200 << 10);

        assertThat(Duration.ofNanos(nanos)).isGreaterThan(Duration.ofSeconds(190));
    }

    @Test
    void withoutALeastSpeedItWaitsForEver() throws IOException {
        InputStream stream = stream(TransferLimits.DEFAULT.with(0, 0), Duration.ofHours(1));

        assertThat(stream.read()).isZero();
        assertThat(stream.read()).isZero();
    }

    /** A mebibyte of zeros, each read of which takes {@code each}. */
    private InputStream stream(TransferLimits limits, Duration each) {
        InputStream sender = new FilterInputStream(new ByteArrayInputStream(new byte[MEBIBYTE])) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                nanos += each.toNanos();
                return in.read(buffer, offset, length);
            }
        };
        return new MeteredStream(sender, limits, () -> nanos, pause -> {
            nanos += pause;
            longestPause = Math.max(longestPause, pause);
        });
    }
}
