package dev.muster.agent.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Whatever bytes a server sends: packets that keep what they promise, an end, or a refusal that DISCONNECT can tell. */
class PacketReaderFuzzTest {
    private static final int LIMIT = 300;

    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        PacketReader reader = new PacketReader(in, LIMIT);
        try {
            while (true) {
                int before = in.available();
                Packet packet = reader.next();
                assertThat(before - in.available()).isBetween(2, LIMIT);
                look(packet);
            }
        } catch (EOFException e) {
            assertThat(in.available()).isZero();
        } catch (MalformedPacketException e) {
            assertThat(e.reasonCode()).isIn(0x81, 0x82, 0x94, 0x95);
        }
    }

    private static void look(Packet packet) {
        switch (packet) {
            case Packet.Connack connack -> {
                assertThat(connack.receiveMaximum()).isBetween(1, 0xFFFF);
                assertThat(connack.maximumPacketSize()).isPositive();
                assertThat(connack.maximumQos()).isBetween(0, 2);
            }
            case Packet.Publish publish -> {
                assertThat(publish.topic()).isNotEmpty().doesNotContain("+", "#", "\0");
                byte[] utf8 = publish.topic().getBytes(StandardCharsets.UTF_8);
                assertThat(utf8.length + publish.payload().length).isLessThan(LIMIT);
                assertThat(publish.packetId()).isBetween(0, 0xFFFF);
            }
            case Packet.Puback puback -> assertThat(puback.packetId()).isBetween(1, 0xFFFF);
            case Packet.Pingresp pingresp -> {}
            case Packet.Disconnect disconnect ->
                assertThat(disconnect.reasonCode()).isBetween(0, 0xFF);
        }
    }
}
