package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.command.Command;
import dev.muster.protocol.trace.Traceparent;
import dev.muster.telemetry.gateway.DownQueue.Next;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DownQueueTest {
    @Test
    void sendsOnlyTheNewestOfTheHintsThatHadToWait() {
        DownQueue queue = new DownQueue(1);
        queue.hint(1, null);
        assertThat(queue.next()).contains(new Next.Hint(1, 1, null));

        queue.hint(2, null);
        queue.hint(3, null);

        assertThat(queue.next()).isEmpty();
        queue.acknowledged(1);
        assertThat(queue.next()).contains(new Next.Hint(2, 3, null));
    }

    @Test
    void namesTheTraceOfTheChangeThatItTellsOf() {
        DownQueue queue = new DownQueue(10);
        Traceparent trace = new Traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        queue.hint(1, trace);
        queue.hint(1, null);
        assertThat(queue.next()).contains(new Next.Hint(1, 1, trace));

        queue.hint(2, null);
        assertThat(queue.next()).contains(new Next.Hint(2, 2, null));
    }

    @Test
    void tellsAGenerationOnceAndNeverGoesBack() {
        DownQueue queue = new DownQueue(10);
        queue.hint(5, null);
        queue.next();

        queue.hint(5, null);
        queue.hint(4, null);

        assertThat(queue.next()).isEmpty();
    }

    @Test
    void keepsCommandsInOrderAndRefusesTooMany() {
        DownQueue queue = new DownQueue(1);
        int taken = 0;
        while (queue.command(command(taken))) {
            taken++;
        }

        assertThat(taken).isPositive();
        assertThat(queue.next()).contains(new Next.Run(1, command(0)));
        queue.acknowledged(1);
        assertThat(queue.next()).contains(new Next.Run(2, command(1)));
    }

    @Test
    void neverUsesAPacketIdentifierThatIsOnItsWay() {
        DownQueue queue = new DownQueue(2);
        queue.command(command(0));
        assertThat(queue.next()).map(Next::packetId).contains(1);

        for (int i = 1; i <= 65_534; i++) {
            queue.command(command(i));
            int packetId = queue.next().orElseThrow().packetId();
            queue.acknowledged(packetId);
        }
        queue.command(command(0));

        assertThat(queue.next()).map(Next::packetId).contains(2);
    }

    private static Command command(int number) {
        return new Command("c" + number, "refresh", Map.of(), Instant.EPOCH);
    }
}
