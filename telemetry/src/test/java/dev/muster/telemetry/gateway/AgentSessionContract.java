package dev.muster.telemetry.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.transport.MqttTransport;
import dev.muster.agent.transport.Transport;
import dev.muster.agent.transport.mqtt.MqttOptions;
import dev.muster.agent.transport.mqtt.MqttSession;
import dev.muster.protocol.command.Command;
import dev.muster.protocol.desired.DesiredHint;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.trace.Traceparent;
import dev.muster.telemetry.fixture.TestAuthority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the agent's MQTT client must do against every server; each server is a subclass. */
abstract class AgentSessionContract {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final int LARGEST = 256 * 1024;

    private static final Instant AT = Instant.parse("2030-01-01T00:00:00Z");
    private static final int RECEIVE_MAXIMUM = 4;

    final TestAuthority authority = new TestAuthority();
    final List<AutoCloseable> opened = new ArrayList<>();

    /** {@code host:port}. */
    abstract String address();

    /** How {@code device} says CONNECT so that the server hands it what {@link #command} sends, of what is given. */
    abstract MqttOptions options(DeviceRef device, MqttOptions given) throws Exception;

    /** Sends the device a command. */
    abstract void command(DeviceRef device, Command command) throws Exception;

    /** The events that the server has of this device, in its order. */
    abstract List<DeviceEvent> events(DeviceRef device) throws Exception;

    /** The reason code with which the server ends the former of two sessions; negative where it says nothing. */
    abstract int takenOver();

    /** Ends the server and starts it again at the same address. */
    abstract void restart() throws Exception;

    /** What a session told. */
    static final class Told implements MqttSession.Listener {
        final List<String> messages = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> opened = new CompletableFuture<>();
        final CompletableFuture<MqttSession.End> end = new CompletableFuture<>();

        @Override
        public void opened() {
            opened.complete(null);
        }

        @Override
        public void message(String topic, byte[] payload, Optional<String> trace) {
            messages.add(topic + " " + new String(payload, UTF_8));
        }

        @Override
        public void ended(MqttSession.End why) {
            end.complete(why);
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    <T extends AutoCloseable> T keep(T one) {
        opened.add(one);
        return one;
    }

    /** A device of this test that the server lets in. */
    abstract DeviceRef device(String name);

    MqttSession session(DeviceRef device, SSLContext tls, int keepAliveSeconds, Told told) throws Exception {
        MqttOptions given = MqttOptions.of(device.key(), keepAliveSeconds, RECEIVE_MAXIMUM, LARGEST);
        MqttSession session = keep(new MqttSession(address(), tls.getSocketFactory(), options(device, given), told));
        session.start();
        return session;
    }

    private MqttSession open(DeviceRef device, int keepAliveSeconds, Told told) throws Exception {
        MqttSession session = session(device, authority.device(device), keepAliveSeconds, told);
        await().atMost(PATIENCE).until(() -> told.opened.isDone() || told.end.isDone());
        assertThat(told.opened).as(() -> told.end.getNow(null) + "").isDone();
        return session;
    }

    static byte[] event(int number, int bytes) {
        return new DeviceEvent("test." + number, AT, Map.of("fill", "x".repeat(bytes))).toJson();
    }

    private static CompletableFuture<Integer> publish(MqttSession session, DeviceRef device, byte[] payload) {
        return session.publish(new MqttTopic.Event().of(device), payload, Map.of(), true, true);
    }

    @Test
    void everyMessageIsAcknowledgedAndKeepsItsPlace() throws Exception {
        DeviceRef device = device("in-order");
        MqttSession session = open(device, 60, new Told());

        List<CompletableFuture<Integer>> results = IntStream.range(0, 400)
                .mapToObj(number -> publish(session, device, event(number, number * 37 % 5000)))
                .toList();

        for (CompletableFuture<Integer> result : results) {
            assertThat(result.get()).isZero();
        }
        List<String> sent =
                IntStream.range(0, 400).mapToObj(number -> "test." + number).toList();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(events(device)).extracting(DeviceEvent::kind).isEqualTo(sent));
    }

    @Test
    void messagesOfTheServerComeInOrderHoweverManyThereAre() throws Exception {
        DeviceRef device = device("commanded");
        Told told = new Told();
        open(device, 60, told);
        List<String> ids =
                IntStream.range(0, 8 * RECEIVE_MAXIMUM).mapToObj(n -> "c-" + n).toList();

        for (String id : ids) {
            command(device, new Command(id, "refresh", Map.of(), AT));
        }

        String topic = new MqttTopic.CommandRequest().of(device) + " ";
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told.messages.stream()
                        .filter(message -> message.startsWith(topic))
                        .map(message -> Command.fromJson(
                                        message.substring(topic.length()).getBytes(UTF_8))
                                .id()))
                .as(() -> "the session's end: " + told.end.getNow(null))
                .isEqualTo(ids));
    }

    @Test
    void whatIsTooLargeIsNotSentAndTheSessionGoesOn() throws Exception {
        DeviceRef device = device("large");
        MqttSession session = open(device, 60, new Told());

        CompletableFuture<Integer> tooLarge = publish(session, device, event(1, LARGEST));
        CompletableFuture<Integer> small = publish(session, device, event(2, 1));

        assertThat(tooLarge.get()).isEqualTo(0x95);
        assertThat(small.get()).isZero();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(events(device)).extracting(DeviceEvent::kind).containsExactly("test.2"));
    }

    @Test
    void theLaterOfTwoSessionsStays() throws Exception {
        DeviceRef device = device("twice");
        Told before = new Told();
        open(device, 60, before);

        MqttSession after = open(device, 60, new Told());

        assertThat(before.end.get().reasonCode()).isEqualTo(takenOver());
        assertThat(publish(after, device, event(1, 1)).get()).isZero();
    }

    @Test
    void staysThoughItHasNothingToSay() throws Exception {
        Told told = new Told();
        MqttSession session = open(device("quiet"), 1, told);

        // A server throws out who is silent for one and a half times the keep-alive.
        await().during(Duration.ofSeconds(4)).atMost(PATIENCE).until(session::isOpen);

        assertThat(told.end).isNotDone();
    }

    @Test
    void aDeviceOfAnotherAuthorityIsToldThatItCannotConnect() throws Exception {
        DeviceRef device = device("forged");
        Told told = new Told();

        session(device, new TestAuthority().device(device, authority.certificate()), 60, told);

        assertThat(told.end.get().why()).startsWith("cannot connect");
        assertThat(told.opened).isNotDone();
    }

    @Test
    void aServerOfAnotherAuthorityIsNotBelieved() throws Exception {
        DeviceRef device = device("deceived");
        Told told = new Told();

        session(device, authority.device(device, new TestAuthority().certificate()), 60, told);

        assertThat(told.end.get().why()).startsWith("cannot connect");
        assertThat(told.opened).isNotDone();
    }

    /** Counts what the transport tells. */
    static final class Ears implements Transport.Listener {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @Override
        public void connected() {
            heard.add("connected");
        }

        @Override
        public void disconnected(String why) {
            heard.add("disconnected");
        }

        @Override
        public void desired(DesiredHint hint, Optional<Traceparent> trace) {
            heard.add("generation " + hint.generation());
        }

        @Override
        public void command(Command command) {
            heard.add("command " + command.id());
        }
    }

    @Test
    void theTransportComesBackWhenTheServerDoes() throws Exception {
        DeviceRef device = device("back");
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
        keep(scheduler::shutdownNow);
        AgentConfig config = AgentConfig.defaults().withReconnect(Duration.ofMillis(50), Duration.ofMillis(200));
        SSLContext tls = authority.device(device);
        MqttTransport transport = keep(new MqttTransport(address(), device, () -> tls, config, scheduler));
        Ears ears = new Ears();
        transport.start(ears);
        await().atMost(PATIENCE).until(transport::isConnected);

        restart();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ears.heard)
                .filteredOn(line -> line.endsWith("connected"))
                .startsWith("connected", "disconnected", "connected"));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> transport
                .publish(new MqttTopic.Event(), event(3, 1), Map.of())
                .thenApply(done -> true)
                .get());
    }
}
