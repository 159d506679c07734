package dev.muster.agent.transport.mqtt;

import static dev.muster.agent.transport.mqtt.ScriptedServer.WELCOME;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.transport.mqtt.MqttSession.End;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One session against a server that says what it is told to, over TLS. */
@Timeout(60)
class MqttSessionIT {
    private static final MqttOptions OPTIONS = MqttOptions.of("t/d", 60, 4, 1000);

    private final ScriptedServer server;
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private MqttSession session;

    MqttSessionIT() throws Exception {
        server = new ScriptedServer("127.0.0.1");
        session = session(server, OPTIONS);
    }

    private MqttSession session(ScriptedServer with, MqttOptions options) throws Exception {
        return new MqttSession(with.address(), with.client(), options, new MqttSession.Listener() {
            @Override
            public void opened() {
                told.add("opened");
            }

            @Override
            public void message(String topic, byte[] payload, Optional<String> trace) {
                told.add(topic + " " + new String(payload, UTF_8));
            }

            @Override
            public void ended(End why) {
                end.complete(why);
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        session.close();
        server.close();
    }

    private void open(String connack) throws Exception {
        session.start();
        server.accept();
        server.send(connack);
        assertThat(told.take()).isEqualTo("opened");
    }

    private CompletableFuture<Integer> publish(String topic, String payload, int qos) {
        return session.publish(topic, payload.getBytes(UTF_8), Map.of(), qos == 1, true);
    }

    private static String hex(String text) {
        return HexFormat.of().withUpperCase().formatHex(text.getBytes(UTF_8));
    }

    @Test
    void asksForANewSessionAndNamesItsBounds() throws Exception {
        session.start();

        String connect = server.accept();

        assertThat(connect)
                .isEqualTo("101800044D51545405" + "02" + "003C" + "08" + "210004" + "27000003E8" + "0003" + hex("t/d"));
    }

    @Test
    void carriesALastWillAndGoesOnWithAnOldSession() throws Exception {
        session = session(server, OPTIONS.resuming(3600).withWill(new MqttOptions.Will("w", "gone", 5)));
        session.start();

        String connect = server.accept();

        assertThat(connect)
                .isEqualTo("102C00044D51545405" + "0C" + "003C" + "0D" + "1100000E10" + "210004" + "27000003E8" + "0003"
                        + hex("t/d") + "05" + "1800000005" + "0001" + hex("w") + "0004" + hex("gone"));
        server.send("20 03 01 00 00");
        assertThat(told.take()).isEqualTo("opened");
    }

    @Test
    void handsOverMessagesAndAcknowledgesThem() throws Exception {
        open(WELCOME + "32 09 0001 61 0007 00 6F6E65" + "30 07 0001 62 00 74776F");

        assertThat(told.take()).isEqualTo("a one");
        assertThat(told.take()).isEqualTo("b two");
        assertThat(server.packet()).isEqualTo("40020007");
    }

    @Test
    void completesAMessageWithTheServersReasonCode() throws Exception {
        open(WELCOME);

        CompletableFuture<Integer> first = session.publish("a", new byte[] {1}, Map.of("k", "v"), true, true);
        assertThat(server.packet()).isEqualTo("320E" + "000161" + "0001" + "07" + "26" + "00016B" + "000176" + "01");
        CompletableFuture<Integer> second = publish("a", "2", 1);
        assertThat(server.packet()).isEqualTo("3207" + "000161" + "0002" + "00" + "32");
        assertThat(first).isNotDone();
        server.send("40 02 0001" + "40 03 0002 87");

        assertThat(first.get()).isZero();
        assertThat(second.get()).isEqualTo(0x87);
        assertThat(publish("a", "3", 0).get()).isZero();
        assertThat(server.packet()).isEqualTo("3005" + "000161" + "00" + "33");
    }

    @Test
    void sendsNoMoreUnacknowledgedThanTheServerTakes() throws Exception {
        open("20 06 00 00 03 21 00 02");
        List<CompletableFuture<Integer>> results =
                List.of(publish("a", "1", 1), publish("a", "2", 1), publish("a", "3", 1));
        assertThat(server.packet()).startsWith("3207");
        assertThat(server.packet()).startsWith("3207");

        server.send("32 06 0001 61 0007 00"); // what it answers comes before the third message
        String next = server.packet();
        server.send("40 02 0001");

        assertThat(next).isEqualTo("40020007");
        assertThat(server.packet()).isEqualTo("3207" + "000161" + "0003" + "00" + "33");
        assertThat(results.get(0).get()).isZero();
    }

    @Test
    void namesATopicOnceWhereTheServerTakesAliases() throws Exception {
        open("20 06 00 00 03 22 00 01");

        var unused = List.of(publish("a", "1", 1), publish("a", "2", 1), publish("b", "3", 1));

        assertThat(server.packet()).isEqualTo("320A" + "000161" + "0001" + "03230001" + "31");
        assertThat(server.packet()).isEqualTo("3209" + "0000" + "0002" + "03230001" + "32");
        assertThat(server.packet()).isEqualTo("3207" + "000162" + "0003" + "00" + "33");
    }

    @Test
    void doesNotSendWhatIsLargerThanTheServerTakes() throws Exception {
        open("20 0B 00 00 08 22 00 0A 27 00 00 00 20");

        assertThat(publish("a", "x".repeat(40), 1).get()).isEqualTo(0x95);
        assertThat(publish("t".repeat(70_000), "", 1).get()).isEqualTo(0x95);
        var unused = publish("a", "fits", 1);

        // Its alias is new still: what was not sent taught the server nothing.
        assertThat(server.packet()).startsWith("320D" + "000161").endsWith("03230001" + hex("fits"));
    }

    @Test
    void pingsWhenThereIsNothingToSayAndEndsWhenNobodyAnswers() throws Exception {
        open("20 06 00 00 03 13 00 01");

        assertThat(server.packet()).isEqualTo("C000");
        server.send("D0 00");
        assertThat(server.packet()).isEqualTo("C000");

        assertThat(end.get().why()).contains("nothing heard");
        assertThat(server.packet()).isEqualTo("end");
    }

    @Test
    void saysGoodbyeAndFailsWhatIsUnanswered() throws Exception {
        open(WELCOME);
        CompletableFuture<Integer> result = publish("a", "1", 1);
        server.packet();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(session::close);

        assertThat(server.packet()).isEqualTo("E000");
        server.close();
        closing.get();
        assertThatThrownBy(result::get).isInstanceOf(ExecutionException.class).hasMessageContaining("not acknowledged");
        assertThat(end.get().why()).isEqualTo("closed");
        assertThatThrownBy(publish("a", "2", 1)::get).hasMessageContaining("no session");
    }

    @Test
    void tellsWhyTheServerEndedIt() throws Exception {
        open(WELCOME);

        server.send("E0 01 8E");

        assertThat(end.get().reasonCode()).isEqualTo(0x8E);
        assertThat(end.get().why()).contains("0x8E (session taken over)");
        assertThat(session.isOpen()).isFalse();
    }

    @Test
    void tellsWhyTheServerRefusesIt() throws Exception {
        session.start();
        server.accept();

        server.send("20 03 00 87 00");

        assertThat(end.get().reasonCode()).isEqualTo(0x87);
        assertThat(end.get().why()).contains("not authorized");
        assertThat(told).isEmpty();
    }

    @Test
    void answersAMalformedPacketAndEnds() throws Exception {
        open(WELCOME);

        server.send("32 06 0001 2B 0007 00");

        assertThat(server.packet()).isEqualTo("E00181");
        assertThat(server.packet()).isEqualTo("end");
        assertThat(end.get().why()).contains("expected the name of a topic, found `+`");
        assertThat(told).isEmpty();
    }

    @Test
    void answersAnAcknowledgementOfNothing() throws Exception {
        open(WELCOME);

        server.send("40 02 0009");

        assertThat(server.packet()).isEqualTo("E00182");
    }

    @Test
    void refusesMoreThanItSaidItTakes() throws Exception {
        open(WELCOME);

        server.send("30 F0 07");

        assertThat(server.packet()).isEqualTo("E00195");
    }

    @Test
    void believesNoServerWhoseCertificateNamesAnotherHost() throws Exception {
        try (ScriptedServer other = new ScriptedServer("gateway.example")) {
            session = session(other, OPTIONS);
            session.start();

            assertThatThrownBy(other::accept).isNotNull();

            assertThat(end.get().why()).startsWith("cannot connect");
        }
    }

    @Test
    void saysWhatIsWrongWithAnAddress() throws Exception {
        session = new MqttSession("nowhere", server.client(), OPTIONS, new MqttSession.Listener() {
            @Override
            public void opened() {}

            @Override
            public void message(String topic, byte[] payload, Optional<String> trace) {}

            @Override
            public void ended(End why) {
                end.complete(why);
            }
        });
        session.start();

        assertThat(end.get().why()).contains("expected a gateway `host:port`, found `nowhere`");
    }

    @Test
    void endsThoughTheServerReadsNothing() throws Exception {
        open(WELCOME);
        byte[] large = new byte[1 << 20];
        CompletableFuture<Integer> result = new CompletableFuture<>();
        // Until the socket's buffers are full and the rest waits for a server that does not read.
        do {
            result = session.publish("a", large, Map.of(), false, false);
        } while (!result.isCompletedExceptionally());

        session.close();

        assertThat(end.get(30, TimeUnit.SECONDS).why()).isEqualTo("closed");
        assertThatThrownBy(result::get).hasMessageContaining("bytes wait");
    }
}
