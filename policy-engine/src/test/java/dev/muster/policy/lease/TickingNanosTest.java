package dev.muster.policy.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class TickingNanosTest {
    private final Queue<Runnable> ticks = new ArrayDeque<>();
    private long exact = 1000;
    private int reads;
    private final TickingNanos clock = new TickingNanos(
            () -> {
                reads++;
                return exact;
            },
            ticks::add);

    @Test
    void tellsWhatItReadUntilATickIsOver() {
        assertThat(clock.getAsLong()).isEqualTo(1000);
        exact = 2000;
        assertThat(clock.getAsLong()).isEqualTo(1000);
        assertThat(reads).isEqualTo(1);

        ticks.remove().run();

        assertThat(clock.getAsLong()).isEqualTo(2000);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void waitsForNoTickWhileNobodyAsks() {
        clock.getAsLong();
        clock.getAsLong();
        assertThat(ticks).hasSize(1);

        ticks.remove().run();

        assertThat(ticks).isEmpty();
    }

    /** A thread that came late must not leave behind what nobody would ever forget. */
    @Test
    void forgetsAlsoWhatWasReadWhileTheTickWasOver() {
        TickingNanos late = new TickingNanos(() -> exact, Runnable::run);

        assertThat(late.getAsLong()).isEqualTo(1000);
        exact = 2000;
        assertThat(late.getAsLong()).isEqualTo(2000);
    }

    @Test
    void keepsNothingWhereNoTickCanBeWaitedFor() {
        TickingNanos broken = new TickingNanos(
                () -> {
                    reads++;
                    return exact;
                },
                tick -> {
                    throw new RejectedExecutionException("no threads");
                });

        assertThatThrownBy(broken::getAsLong).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(broken::getAsLong).isInstanceOf(RejectedExecutionException.class);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void goesOnWithTheMachine() {
        long before = System.nanoTime();
        long told = TickingNanos.machine().getAsLong();

        assertThat(told - before).isLessThanOrEqualTo(System.nanoTime() - before);
        assertThat(TickingNanos.machine()).isSameAs(TickingNanos.machine());
    }
}
