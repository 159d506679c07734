package dev.muster.control.outbound;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which addresses a request may go to: those of the public internet, by the registries of special-purpose addresses of IANA (RFC 6890
 * and its successors), and those in networks that the operator named. An IPv6 address that carries an IPv4 one is judged by it. Pure.
 */
final class AddressGuard {
    private static final Map<String, List<Network>> REFUSED = refused();
    private static final Network PUBLIC_V6 = Network.parse("2000::/3");

    private final List<Network> allowed;

    AddressGuard(List<Network> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    private static Map<String, List<Network>> refused() {
        Map<String, List<Network>> refused = new TreeMap<>();
        put(refused, "loopback", "127.0.0.0/8");
        put(refused, "unspecified", "0.0.0.0/8");
        put(refused, "link-local", "169.254.0.0/16");
        put(refused, "private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");
        put(refused, "carrier-grade NAT", "100.64.0.0/10");
        put(refused, "multicast", "224.0.0.0/4");
        put(
                refused,
                "reserved",
                "192.0.0.0/24",
                "192.0.2.0/24",
                "192.88.99.0/24",
                "198.18.0.0/15",
                "198.51.100.0/24",
                "203.0.113.0/24",
                "240.0.0.0/4",
                "2001::/23",
                "2001:db8::/32",
                "3fff::/20");
        return refused;
    }

    private static void put(Map<String, List<Network>> refused, String kind, String... networks) {
        refused.put(kind, Arrays.stream(networks).map(Network::parse).toList());
    }

    /** Why nothing may be sent there; empty if it may. */
    Optional<String> refusal(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (allowed.stream().anyMatch(network -> network.contains(bytes))) {
            return Optional.empty();
        }
        return refusal(bytes).map(kind -> "`" + address.getHostAddress() + "` is a " + kind + " address");
    }

    private static Optional<String> refusal(byte[] bytes) {
        if (bytes.length == 16) {
            Optional<byte[]> carried = carried(bytes);
            if (carried.isPresent()) {
                return refusal(carried.get());
            }
            if (!PUBLIC_V6.contains(bytes)) {
                return Optional.of(kindOfV6(bytes));
            }
        }
        return REFUSED.entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(network -> network.contains(bytes)))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The IPv4 address in one that is mapped, compatible, of NAT64 or of 6to4. */
    private static Optional<byte[]> carried(byte[] bytes) {
        for (String prefix : List.of("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/96")) {
            if (prefixOf(prefix).contains(bytes)) {
                return Optional.of(Arrays.copyOfRange(bytes, 12, 16));
            }
        }
        if (Network.parse("::/96").contains(bytes) && (bytes[12] != 0 || bytes[13] != 0)) {
            return Optional.of(Arrays.copyOfRange(bytes, 12, 16));
        }
        return Network.parse("2002::/16").contains(bytes)
                ? Optional.of(Arrays.copyOfRange(bytes, 2, 6))
                : Optional.empty();
    }

    // Java reads `::ffff:0:0` as an IPv4 address, so that this one is written out.
    private static Network prefixOf(String text) {
        return text.startsWith("::ffff") ? new Network("00000000000000000000ffff00000000", 96) : Network.parse(text);
    }

    private static String kindOfV6(byte[] bytes) {
        if (Network.parse("::1/128").contains(bytes)) {
            return "loopback";
        }
        if (Network.parse("fe80::/10").contains(bytes)) {
            return "link-local";
        }
        if (Network.parse("fc00::/7").contains(bytes)) {
            return "unique-local";
        }
        return Network.parse("ff00::/8").contains(bytes) ? "multicast" : "reserved";
    }
}
