package dev.muster.agent.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketReaderTest {
    private static PacketReader reader(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return new PacketReader(new ByteArrayInputStream(bytes), 1000);
    }

    private static Packet read(String hex) throws IOException {
        return reader(hex).next();
    }

    @Test
    void readsWhatAServerTakes() throws IOException {
        Packet packet = read("20 15 00 00 12  21 00 10  22 00 0A  24 01  27 00 00 01 00  13 00 05  25 00");

        assertThat(packet).isEqualTo(new Packet.Connack(false, 0, 16, 1, 256, 10, 5));
    }

    @Test
    void takesTheStandardsDefaultsForWhatAServerLeavesOut() throws IOException {
        assertThat(read("20 03 00 00 00")).isEqualTo(new Packet.Connack(false, 0, 65_535, 2, Long.MAX_VALUE, 0, -1));
    }

    @Test
    void readsMessagesOneBehindTheOther() throws IOException {
        PacketReader reader = reader("32 0A 0003 612F62 0007 00 6869 30 06 0001 63 00 0000");

        Packet first = reader.next();
        Packet second = reader.next();

        assertThat(first).asInstanceOf(type(Packet.Publish.class)).satisfies(message -> {
            assertThat(message.topic()).isEqualTo("a/b");
            assertThat(message.packetId()).isEqualTo(7);
            assertThat(message.payload()).asString().isEqualTo("hi");
        });
        assertThat(second).asInstanceOf(type(Packet.Publish.class)).satisfies(message -> {
            assertThat(message.topic()).isEqualTo("c");
            assertThat(message.packetId()).isZero();
            assertThat(message.payload()).containsExactly(0, 0);
        });
        assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
    }

    @Test
    void readsShortAndLongAcknowledgements() throws IOException {
        assertThat(read("40 02 0102")).isEqualTo(new Packet.Puback(258, 0));
        assertThat(read("40 03 0102 87")).isEqualTo(new Packet.Puback(258, 0x87));
        assertThat(read("40 09 0102 97 05 1F 0002 6E6F")).isEqualTo(new Packet.Puback(258, 0x97));
        assertThat(read("E0 00")).isEqualTo(new Packet.Disconnect(0));
        assertThat(read("E0 01 8E")).isEqualTo(new Packet.Disconnect(0x8E));
        assertThat(read("D0 00")).isEqualTo(new Packet.Pingresp());
    }

    @Test
    void takesUserPropertiesAsOftenAsTheyCome() throws IOException {
        assertThat(read("E0 10 00 0E 26 0001 61 0001 62 26 0001 61 0001 62")).isEqualTo(new Packet.Disconnect(0));
    }

    @ParameterizedTest(name = "{0} is answered with 0x{1}: {2}")
    @CsvSource({
        "D1 00,                           81, flags of a packet without any",
        "00 00,                           82, packet type 0",
        "50 02 0001,                      82, PUBREC",
        "90 04 0001 00 01,                82, SUBACK",
        "F0 00,                           82, AUTH",
        "D0 80 00,                        81, a length in more bytes than it needs",
        "D0 80 80 80 80 01,               81, a length of five bytes",
        "D0 01 00,                        81, PINGRESP with a body",
        "20 03 02 00 00,                  81, a reserved flag of CONNACK",
        "20 02 00 00,                     81, CONNACK without properties",
        "20 06 00 00 03 21 00 00,         82, a receive maximum of 0",
        "20 08 00 00 05 27 00 00 00 00,   82, a maximum packet size of 0",
        "20 05 00 00 02 24 02,            82, a maximum QoS of 2",
        "20 07 00 00 04 24 01 24 01,      82, a property twice",
        "20 05 00 00 02 0B 01,            81, a property that belongs elsewhere",
        "20 05 00 00 02 7F 01,            81, a property that nobody knows",
        "20 05 00 00 03 24 01,            81, properties beyond the end",
        "20 06 00 00 02 21 00 10,         81, properties longer than they say",
        "20 04 00 00 00 00,               81, more bytes behind the properties",
        "34 08 0001 61 0001 00 6869,      82, QoS 2",
        "36 08 0001 61 0001 00 6869,      81, QoS 3",
        "38 06 0001 61 00 6869,           81, a QoS 0 message sent again",
        "32 06 0001 61 0000 00,           82, packet identifier 0",
        "30 07 0001 61 03 23 0001,        94, a topic alias",
        "30 03 0000 00,                   81, no topic",
        "30 05 0002 612B 00,              81, a wildcard in a topic",
        "30 05 0002 6100 00,              81, U+0000 in a topic",
        "30 05 0002 C080 00,              81, an overlong form",
        "30 06 0003 EDA080 00,            81, a surrogate",
        "30 04 0009 61 00,                81, a topic beyond the end",
        "40 01 01,                        81, half a packet identifier",
        "40 02 0000,                      82, PUBACK of packet identifier 0",
        "40 05 0001 00 00 00,             81, more bytes behind PUBACK",
        "E0 07 00 05 11 00000000,         81, a session expiry from a server",
        "30 F1 07,                        95, a packet larger than we take"
    })
    void refusesWhatTheStandardForbids(String hex, String reasonCode, String what) {
        assertThatThrownBy(() -> read(hex))
                .as(what)
                .asInstanceOf(type(MalformedPacketException.class))
                .satisfies(refused -> assertThat(refused.reasonCode()).isEqualTo(HexFormat.fromHexDigits(reasonCode)))
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("expected");
    }

    @Test
    void tellsAConnectionThatEndsWithinAPacketFromABadOne() {
        assertThatThrownBy(() -> read("30 05 0002 61")).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> read("30")).isInstanceOf(EOFException.class);
    }
}
