package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptPacerTest {
    @Test
    void takesSoManyConnectionsATickAndTheRestLater() {
        EmbeddedChannel listener = new EmbeddedChannel();
        listener.freezeTime();
        listener.pipeline().addLast(new AcceptPacer(20));

        listener.writeInbound("first");
        assertThat(listener.config().isAutoRead()).isTrue();
        listener.writeInbound("second");
        assertThat(listener.config().isAutoRead()).isFalse();

        listener.advanceTimeBy(100, TimeUnit.MILLISECONDS);
        listener.runScheduledPendingTasks();

        assertThat(listener.config().isAutoRead()).isTrue();
        assertThat(listener.inboundMessages()).hasSize(2);
        listener.finishAndReleaseAll();
    }
}
