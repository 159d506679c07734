package dev.muster.control.devices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.access.Access;
import dev.muster.control.access.Caller;
import dev.muster.control.access.Role;
import dev.muster.control.access.Scope;
import dev.muster.protocol.identity.TenantId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class KeptCountsTest {
    private static final Access ANYBODY =
            new Access(new Caller.Server(TenantId.DEFAULT, "test"), Role.VIEWER, Scope.wholeTenant(TenantId.DEFAULT));

    private final Deque<Runnable> beside = new ArrayDeque<>();
    private long now;
    private Duration cost = Duration.ofMillis(100);
    private int counted;
    private final KeptCounts<Integer> kept = new KeptCounts<>(() -> now, beside::add);

    private int ask() {
        return kept.get(
                ANYBODY,
                known -> known.orElseGet(() -> {
                    now += cost.toNanos();
                    return ++counted;
                }),
                Function.identity());
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void countsOfASmallFleetAreMadeEachTime() {
        cost = Duration.ofMillis(10);

        assertThat(ask()).isEqualTo(1);
        assertThat(ask()).isEqualTo(2);
    }

    @Test
    void areGivenAgainForTwentyTimesAsLongAsTheyTook() {
        assertThat(ask()).isEqualTo(1);
        pass(Duration.ofMillis(1_999));

        assertThat(ask()).isEqualTo(1);
        assertThat(beside).isEmpty();
    }

    @Test
    void areGivenOnceMoreWhileTheyAreMadeAnewOnce() {
        ask();
        pass(Duration.ofMillis(2_001));

        assertThat(ask()).isEqualTo(1);
        assertThat(ask()).isEqualTo(1);
        assertThat(beside).as("made anew once, however many ask").hasSize(1);
        beside.pop().run();
        assertThat(ask()).isEqualTo(2);
    }

    @Test
    void whoComesAfterALongTimeWaitsForThem() {
        ask();
        pass(Duration.ofMillis(4_001));

        assertThat(ask()).isEqualTo(2);
        assertThat(beside).isEmpty();
    }

    @Test
    void aFleetThatBecameSmallIsCountedEachTimeAgain() {
        ask();
        cost = Duration.ofMillis(10);
        pass(Duration.ofSeconds(5));

        assertThat(ask()).isEqualTo(2);
        assertThat(ask()).isEqualTo(3);
    }
}
