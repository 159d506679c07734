package dev.muster.telemetry.gateway;

import dev.muster.protocol.command.Command;
import dev.muster.protocol.trace.Traceparent;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What goes down to one device at QoS 1: at most so many messages unacknowledged as the device allows, the rest waits.
 * Hints replace each other, commands queue up to a limit. On the event loop.
 */
final class DownQueue {
    private static final int MAX_UNACKNOWLEDGED = 16;
    private static final int MAX_COMMANDS = 64;
    private static final int MAX_PACKET_ID = 65_535;

    /** One message that may be sent now. */
    sealed interface Next {
        int packetId();

        /** The document has a new generation; {@code trace} is {@code null} unless the change is traced. */
        record Hint(int packetId, long generation, @Nullable Traceparent trace) implements Next {}

        /** A command as the control plane wrote it. */
        record Run(int packetId, Command command) implements Next {}
    }

    private final int window;
    private final Set<Integer> unacknowledged = new HashSet<>();
    private final ArrayDeque<Command> commands = new ArrayDeque<>(0);
    private long announced = -1;
    private long waitingHint = -1;
    private @Nullable Traceparent waitingTrace;
    private int lastPacketId;

    DownQueue(int clientReceiveMaximum) {
        this.window = Math.min(MAX_UNACKNOWLEDGED, clientReceiveMaximum);
    }

    /** Notes a generation and the trace of its change; one that was told already, or a lower one, changes nothing. */
    void hint(long generation, @Nullable Traceparent trace) {
        if (generation > announced) {
            announced = generation;
            waitingHint = generation;
            waitingTrace = trace;
        }
    }

    /** Notes a command; {@code false} if the device leaves too many unanswered. */
    boolean command(Command command) {
        return commands.size() < MAX_COMMANDS && commands.add(command);
    }

    /** The device has message {@code packetId}. */
    void acknowledged(int packetId) {
        unacknowledged.remove(packetId);
    }

    /** What to send now, hints first; empty if nothing waits or the device must acknowledge first. */
    Optional<Next> next() {
        if (unacknowledged.size() >= window) {
            return Optional.empty();
        }
        if (waitingHint >= 0) {
            long generation = waitingHint;
            waitingHint = -1;
            Traceparent trace = waitingTrace;
            waitingTrace = null;
            return Optional.of(new Next.Hint(take(), generation, trace));
        }
        Command command = commands.poll();
        return command == null ? Optional.empty() : Optional.of(new Next.Run(take(), command));
    }

    private int take() {
        do {
            lastPacketId = lastPacketId % MAX_PACKET_ID + 1;
        } while (!unacknowledged.add(lastPacketId));
        return lastPacketId;
    }
}
