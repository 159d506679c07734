package dev.muster.agent.transport;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.transport.mqtt.MqttOptions;
import dev.muster.agent.transport.mqtt.MqttSession;
import dev.muster.agent.transport.mqtt.ReasonCode;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.trace.Traceparent;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The session over MQTT 5: connects again and again with full jitter, each time with a {@link MqttSession} of its own. No subscription is
 * made: subscriptions follow from the device's identity.
 */
public final class MqttTransport implements Transport {
    /** As large as the gateway's own bound; memory is taken only for a packet that comes. */
    private static final int MAXIMUM_PACKET_BYTES = 256 << 10;

    private final String gateway;
    private final DeviceRef device;
    private final Supplier<SSLContext> tls;
    private final MqttOptions options;
    private final ScheduledExecutorService scheduler;
    private final Backoff backoff;

    private @Nullable Listener listener;
    private @Nullable Current current;
    private boolean closed;

    /**
     * Makes a transport that is not connected yet.
     *
     * @param gateway {@code host:port}
     * @param tls asked at every try, so that a renewed certificate is used
     * @param scheduler starts every try; never blocked
     */
    public MqttTransport(
            String gateway,
            DeviceRef device,
            Supplier<SSLContext> tls,
            AgentConfig config,
            ScheduledExecutorService scheduler) {
        this.gateway = gateway;
        this.device = device;
        this.tls = tls;
        this.options = MqttOptions.of(
                device.key(), (int) config.keepAlive().toSeconds(), config.inFlight(), MAXIMUM_PACKET_BYTES);
        this.scheduler = scheduler;
        this.backoff = new Backoff(config.reconnectBase(), config.reconnectMax(), ThreadLocalRandom.current());
    }

    @Override
    public synchronized void start(Listener listener) {
        this.listener = listener;
        submit(0);
    }

    @Override
    public boolean isConnected() {
        Current now = current();
        return now != null && now.session.isOpen();
    }

    private synchronized @Nullable Current current() {
        return current;
    }

    @Override
    public CompletableFuture<Void> publish(MqttTopic topic, byte[] payload, Map<String, String> properties) {
        return publishFor(device, topic, payload, properties);
    }

    @Override
    public CompletableFuture<Void> publishFor(
            DeviceRef device, MqttTopic topic, byte[] payload, Map<String, String> properties) {
        Current now = current();
        if (now == null) {
            return CompletableFuture.failedFuture(new IOException("there is no session with the gateway"));
        }
        boolean repeated = !(topic instanceof MqttTopic.CommandAnswered);
        CompletableFuture<Void> result = new CompletableFuture<>();
        var unused = now.session
                .publish(topic.of(device), payload, properties, true, repeated)
                .whenComplete((code, error) -> {
                    if (error != null) {
                        result.completeExceptionally(error);
                    } else if (ReasonCode.isFailure(code)) {
                        result.completeExceptionally(new RefusedException(code));
                    } else {
                        result.complete(null);
                    }
                });
        return result;
    }

    @Override
    public void close() {
        Current last;
        synchronized (this) {
            closed = true;
            last = current;
            current = null;
        }
        if (last != null) {
            last.session.close();
        }
    }

    private synchronized void connect() {
        if (closed || current != null) {
            return;
        }
        try {
            Current next = new Current();
            current = next;
            next.session.start();
        } catch (RuntimeException e) {
            // No TLS context, no thread: later perhaps.
            current = null;
            submit(backoff.next().toMillis());
        }
    }

    private void submit(long delayMs) {
        try {
            var unused = scheduler.schedule(this::connect, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The process is going down; there is nothing left to connect for.
        }
    }

    /** One session and what it tells. */
    private final class Current implements MqttSession.Listener {
        final MqttSession session = new MqttSession(gateway, tls.get().getSocketFactory(), options, this);
        private boolean opened;

        private @Nullable Listener told() {
            synchronized (MqttTransport.this) {
                return current == this ? listener : null;
            }
        }

        @Override
        public void opened() {
            Listener told;
            synchronized (MqttTransport.this) {
                told = told();
                opened = told != null;
                backoff.reset();
            }
            if (told != null) {
                told.connected();
            }
        }

        @Override
        public void ended(MqttSession.End end) {
            Listener told;
            synchronized (MqttTransport.this) {
                if (current != this) {
                    return;
                }
                current = null;
                told = opened ? listener : null;
                if (end.reasonCode() == ReasonCode.SESSION_TAKEN_OVER) {
                    // Somebody else is this device now: a copy of it, say. The two must not throw each other out for
                    // ever
                    // as fast as they can.
                    backoff.exhaust();
                }
                submit(backoff.next().toMillis());
            }
            if (told != null) {
                told.disconnected(end.why());
            }
        }

        @Override
        public void message(String topic, byte[] payload, Optional<String> trace) {
            Listener told = told();
            Optional<MqttTopic> parsed = MqttTopic.parse(device, topic);
            if (told == null || parsed.isEmpty()) {
                return;
            }
            try {
                switch (parsed.get()) {
                    case MqttTopic.Desired t ->
                        told.desired(DesiredHint.fromJson(payload), trace.flatMap(Traceparent::find));
                    case MqttTopic.CommandRequest t -> told.command(Command.fromJson(payload));
                    case MqttTopic.Reported t -> {}
                    case MqttTopic.CommandAnswered t -> {}
                    case MqttTopic.Event t -> {}
                    case MqttTopic.Telemetry t -> {}
                }
            } catch (ProtocolException e) {
                // A message we cannot read changes nothing; acknowledging it keeps the session alive.
            }
        }
    }
}
