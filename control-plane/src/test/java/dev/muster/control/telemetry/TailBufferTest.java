package dev.muster.control.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.telemetry.query.DeviceValue;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TailBufferTest {
    private final TailBuffer buffer = new TailBuffer(2);

    @Test
    void givesEachSampleOnceInTheOrderOfArrival() {
        buffer.offer(sample(1));
        buffer.offer(sample(2));

        assertThat(buffer.take()).isEqualTo(new TailBuffer.Taken(0, List.of(sample(1), sample(2))));
        assertThat(buffer.take()).isEqualTo(new TailBuffer.Taken(0, List.of()));
    }

    @Test
    void aReaderThatIsTooSlowIsToldOnceHowManyItLost() {
        for (int i = 1; i <= 5; i++) {
            buffer.offer(sample(i));
        }

        assertThat(buffer.take()).isEqualTo(new TailBuffer.Taken(3, List.of(sample(1), sample(2))));
        buffer.offer(sample(6));
        assertThat(buffer.take()).isEqualTo(new TailBuffer.Taken(0, List.of(sample(6))));
    }

    private static DeviceValue sample(int value) {
        return new DeviceValue("d1", "cpu", Instant.EPOCH, value);
    }
}
