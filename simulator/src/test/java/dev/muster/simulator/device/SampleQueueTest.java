package dev.muster.simulator.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampleQueueTest {
    private final SampleQueue queue = new SampleQueue();

    @Test
    void sendsInOrderWithinTheWindow() {
        for (int i = 1; i <= 5; i++) {
            queue.add(i * 1_000L);
        }

        assertThat(queue.take(2)).isEqualTo(1);
        assertThat(queue.take(2)).isEqualTo(2);
        assertThat(queue.take(2)).isZero();
        queue.acknowledged(1);
        assertThat(queue.take(2)).isEqualTo(3);
        assertThat(queue.at(3)).isEqualTo(3_000);
    }

    @Test
    void beginsAgainBehindWhatWasAcknowledged() {
        queue.add(1_000);
        queue.add(2_000);
        queue.add(3_000);
        queue.take(9);
        queue.take(9);
        queue.acknowledged(1);

        queue.rewind();

        assertThat(queue.take(9)).isEqualTo(2);
        assertThat(queue.take(9)).isEqualTo(3);
        assertThat(queue.take(9)).isZero();
    }

    @Test
    void givesUpTheOldestWhenItIsFull() {
        int given = 0;
        for (int i = 1; i <= 70; i++) {
            given += queue.add(i) ? 1 : 0;
        }

        assertThat(given).isEqualTo(6);
        assertThat(queue.waiting()).isEqualTo(64);
        long first = queue.take(64);
        assertThat(first).isEqualTo(7);
        assertThat(queue.at(first)).isEqualTo(7);
    }
}
