package dev.muster.agent.transport;

import dev.muster.agent.config.AgentConfig;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/**
 * MQTT 5 by Eclipse Paho 1.2.5, held on a short leash, because of what is known of it: only its asynchronous calls, and
 * none from its callbacks; no persistence (our queue is on disk); no automatic reconnect (it has no jitter, and its timer
 * outlives close): every try is a new client, and the old one is closed by force on our thread. A stop of the
 * session is noticed once per client, whichever callback tells it. No subscription is made: subscriptions follow from
 * the device's identity.
 */
public final class PahoTransport implements Transport {
    private static final int CONNECT_SECONDS = 20;
    private static final long CLOSE_MS = 1000;

    // Also the longest that closing waits for a reader whose network is dead.
    private static final Duration READER_WAKES = Duration.ofSeconds(10);

    private final String uri;
    private final DeviceRef device;
    private final Supplier<SSLContext> tls;
    private final AgentConfig config;
    private final ScheduledExecutorService scheduler;
    private final Backoff backoff;

    private @Nullable Listener listener;
    private @Nullable Session session;
    private boolean closed;

    /**
     * Makes a transport that is not connected yet.
     *
     * @param mqtt {@code host:port}
     * @param tls asked at every try, so that a renewed certificate is used
     * @param scheduler runs reconnects; never blocked for longer than closing a client takes
     */
    public PahoTransport(
            String mqtt,
            DeviceRef device,
            Supplier<SSLContext> tls,
            AgentConfig config,
            ScheduledExecutorService scheduler) {
        this.uri = "ssl://" + mqtt;
        this.device = device;
        this.tls = tls;
        this.config = config;
        this.scheduler = scheduler;
        this.backoff = new Backoff(config.reconnectBase(), config.reconnectMax(), ThreadLocalRandom.current());
    }

    @Override
    public synchronized void start(Listener listener) {
        this.listener = listener;
        submit(0);
    }

    @Override
    public synchronized boolean isConnected() {
        return session != null && session.up;
    }

    @Override
    public CompletableFuture<Void> publish(MqttTopic topic, byte[] payload, Map<String, String> properties) {
        return publishFor(device, topic, payload, properties);
    }

    @Override
    public CompletableFuture<Void> publishFor(
            DeviceRef device, MqttTopic topic, byte[] payload, Map<String, String> properties) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Session current;
        synchronized (this) {
            current = session;
        }
        if (current == null || !current.up) {
            result.completeExceptionally(new IOException("there is no session with the gateway"));
            return result;
        }
        MqttMessage message = new MqttMessage(payload);
        message.setQos(1);
        if (!properties.isEmpty()) {
            MqttProperties sent = new MqttProperties();
            sent.setUserProperties(properties.entrySet().stream()
                    .map(property -> new UserProperty(property.getKey(), property.getValue()))
                    .toList());
            message.setProperties(sent);
        }
        try {
            current.client.publish(topic.of(device), message, null, new MqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    int[] codes = token.getReasonCodes();
                    int code = codes == null || codes.length == 0 ? 0 : codes[0];
                    if (code < 0x80) {
                        result.complete(null);
                    } else {
                        result.completeExceptionally(new RefusedException(code));
                    }
                }

                @Override
                public void onFailure(IMqttToken token, @Nullable Throwable cause) {
                    result.completeExceptionally(new IOException("not acknowledged: " + cause, cause));
                }
            });
        } catch (MqttException | RuntimeException e) {
            result.completeExceptionally(new IOException("cannot publish: " + e.getMessage(), e));
        }
        return result;
    }

    @Override
    public void close() {
        Session last;
        synchronized (this) {
            closed = true;
            last = session;
            session = null;
        }
        if (last != null) {
            last.dispose();
        }
    }

    private void connect() {
        Session next;
        synchronized (this) {
            if (closed || session != null) {
                return;
            }
            try {
                next = new Session();
                session = next;
            } catch (MqttException | RuntimeException e) {
                submit(backoff.next().toMillis());
                return;
            }
        }
        next.connect();
    }

    private void ended(Session which, String why) {
        Listener told;
        synchronized (this) {
            if (session != which) {
                return;
            }
            session = null;
            told = which.wasUp ? listener : null;
            if (!closed) {
                submit(backoff.next().toMillis());
            }
        }
        // Paho's callbacks come on the very threads that closing waits for: always dispose on ours.
        try {
            scheduler.execute(which::dispose);
        } catch (RejectedExecutionException e) {
            which.dispose(); // the process is going down
        }
        if (told != null) {
            told.disconnected(why);
        }
    }

    private void submit(long delayMs) {
        try {
            var unused = scheduler.schedule(this::connect, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The process is going down; there is nothing left to connect for.
        }
    }

    private MqttConnectionOptions options(QuietSockets sockets) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setSessionExpiryInterval(0L);
        options.setAutomaticReconnect(false);
        options.setConnectionTimeout(CONNECT_SECONDS);
        options.setKeepAliveInterval((int) config.keepAlive().toSeconds());
        options.setReceiveMaximum(config.inFlight());
        options.setSocketFactory(sockets);
        options.setHttpsHostnameVerificationEnabled(true);
        return options;
    }

    /** One client, from CONNECT to its end. */
    private final class Session implements MqttCallback, MqttActionListener {
        final MqttAsyncClient client;
        final QuietSockets sockets = new QuietSockets(tls.get().getSocketFactory());
        volatile boolean up;
        volatile boolean wasUp;

        Session() throws MqttException {
            client = new MqttAsyncClient(uri, device.key(), new MemoryPersistence());
            client.setCallback(this);
        }

        void connect() {
            try {
                client.connect(options(sockets), null, this);
            } catch (MqttException | RuntimeException e) {
                ended(this, "cannot connect: " + e.getMessage());
            }
        }

        void dispose() {
            try {
                if (client.isConnected()) {
                    // Over as soon as DISCONNECT is sent. Paho's disconnectForcibly always waits its whole time, for an
                    // answer that MQTT does not have.
                    client.disconnect(0).waitForCompletion(CLOSE_MS);
                }
            } catch (MqttException | RuntimeException e) {
                // The session is over; how well it ends is nobody's concern.
            }
            try {
                client.close(true);
            } catch (MqttException | RuntimeException e) {
                // As above.
            }
        }

        @Override
        public void onSuccess(IMqttToken token) {
            Listener told;
            synchronized (PahoTransport.this) {
                if (session != this) {
                    return;
                }
                up = true;
                wasUp = true;
                backoff.reset();
                told = listener;
            }
            sockets.settle(READER_WAKES);
            if (told != null) {
                told.connected();
            }
        }

        @Override
        public void onFailure(IMqttToken token, @Nullable Throwable cause) {
            ended(this, "cannot connect: " + cause);
        }

        @Override
        public void disconnected(@Nullable MqttDisconnectResponse response) {
            up = false;
            ended(this, response == null ? "connection lost" : "reason code " + response.getReturnCode());
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            Listener told;
            synchronized (PahoTransport.this) {
                told = session == this ? listener : null;
            }
            Optional<MqttTopic> parsed = MqttTopic.parse(device, topic);
            if (told == null || parsed.isEmpty()) {
                return;
            }
            try {
                switch (parsed.get()) {
                    case MqttTopic.Desired t -> told.desired(DesiredHint.fromJson(message.getPayload()));
                    case MqttTopic.CommandRequest t -> told.command(Command.fromJson(message.getPayload()));
                    case MqttTopic.Reported t -> {}
                    case MqttTopic.CommandAnswered t -> {}
                    case MqttTopic.Event t -> {}
                    case MqttTopic.Telemetry t -> {}
                }
            } catch (ProtocolException e) {
                // A message we cannot read changes nothing; acknowledging it keeps the session alive.
            }
        }

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
