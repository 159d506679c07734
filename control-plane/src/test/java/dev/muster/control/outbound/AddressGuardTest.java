package dev.muster.control.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    private final AddressGuard guard = new AddressGuard(List.of());

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, loopback",
        "127.255.255.254, loopback",
        "0.0.0.0, unspecified",
        "0.1.2.3, unspecified",
        "10.0.0.1, private",
        "172.16.0.1, private",
        "172.31.255.255, private",
        "192.168.1.1, private",
        "169.254.169.254, link-local",
        "100.64.0.1, carrier-grade NAT",
        "100.100.100.200, carrier-grade NAT",
        "224.0.0.1, multicast",
        "255.255.255.255, reserved",
        "192.0.2.1, reserved",
        "198.18.0.1, reserved",
        "::1, loopback",
        "::, reserved",
        "fe80::1, link-local",
        "fc00::1, unique-local",
        "fd00:ec2::254, unique-local",
        "fec0::1, reserved",
        "ff02::1, multicast",
        "2001:db8::1, reserved",
        "2001::1, reserved",
        "64:ff9b::7f00:1, loopback",
        "64:ff9b::a9fe:a9fe, link-local",
        "2002:7f00:1::, loopback",
        "2002:a00:1::1, private",
        "::10.0.0.1, private",
        "4000::1, reserved"
    })
    void refusesAddressesOfTheInside(String address, String kind) throws UnknownHostException {
        assertThat(guard.refusal(InetAddress.getByName(address)).orElseThrow()).contains(kind);
    }

    @Test
    void refusesAnIpv4AddressThatIsWrittenAsIpv6() throws UnknownHostException {
        byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff7f000001");

        assertThat(guard.refusal(InetAddress.getByAddress(mapped))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "169.253.0.1",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2a00::1",
                "64:ff9b::101:101"
            })
    void letsPublicAddressesThrough(String address) throws UnknownHostException {
        assertThat(guard.refusal(InetAddress.getByName(address))).isEmpty();
    }

    @Test
    void letsThroughWhatTheOperatorNamedAndNothingBeside() throws UnknownHostException {
        AddressGuard open = new AddressGuard(List.of(Network.parse("10.20.0.0/15"), Network.parse("fd00:1::/64")));

        assertThat(open.refusal(InetAddress.getByName("10.21.3.4"))).isEmpty();
        assertThat(open.refusal(InetAddress.getByName("10.22.0.0"))).isPresent();
        assertThat(open.refusal(InetAddress.getByName("fd00:1::5"))).isEmpty();
        assertThat(open.refusal(InetAddress.getByName("fd00:1:0:1::5"))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "10.0.0.0/33", "10.0.0.0/x", "::/129", "", "localhost/8"})
    void aNetworkIsWrittenWithNumbers(String text) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found `" + text + "`");
    }
}
