package dev.muster.control.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboundSocketsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void dialsTheAddressThatItChecked() throws Exception {
        OutboundSockets sockets =
                new OutboundSockets(host -> new InetAddress[] {LOOPBACK}, List.of(Network.parse("127.0.0.0/8")));
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
                Socket socket = sockets.connect("broker.example", server.getLocalPort(), 5_000)) {
            assertThat(socket.getInetAddress()).isEqualTo(LOOPBACK);
        }
    }

    @Test
    void dialsNothingWhereOneOfTheAddressesIsOfTheInside() {
        OutboundSockets sockets = new OutboundSockets(
                host -> new InetAddress[] {InetAddress.getByName("192.0.43.8"), InetAddress.getByName("10.1.2.3")},
                List.of());

        assertThatThrownBy(() -> sockets.connect("broker.example", 1883, 5_000))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("muster.bridges.allowed-networks")
                .hasMessageContaining("`10.1.2.3` is a private address");
    }
}
