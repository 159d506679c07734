package dev.muster.control.ddi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses and networks in the form {@code 10.0.0.0/8}, {@code ::1}. Pure: names are never looked up. */
record Networks(List<Network> networks) {
    private static final Pattern LITERAL = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    Networks {
        networks = List.copyOf(networks);
    }

    /** The first {@code bits} of an address. */
    static final class Network {
        private final byte[] address;
        private final int bits;

        Network(byte[] address, int bits) {
            this.address = address;
            this.bits = bits;
        }
    }

    static Networks parse(List<String> texts) {
        return new Networks(texts.stream().map(Networks::network).toList());
    }

    boolean isEmpty() {
        return networks.isEmpty();
    }

    /** Whether one of them holds the address; no text that is no address is in any. */
    boolean hold(String text) {
        byte @Nullable [] address = address(text);
        return address != null && networks.stream().anyMatch(network -> holds(network, address));
    }

    /** The address, or the network that one customer gets: half of an IPv6 address is free to choose. */
    static String customer(String text) {
        byte @Nullable [] address = address(text);
        return address == null || address.length == 4 ? text : Hashes.hex(Arrays.copyOf(address, 8));
    }

    private static boolean holds(Network network, byte[] address) {
        if (network.address.length != address.length) {
            return false;
        }
        int whole = network.bits / 8;
        if (!Arrays.equals(network.address, 0, whole, address, 0, whole)) {
            return false;
        }
        int rest = network.bits % 8;
        return rest == 0 || ((network.address[whole] ^ address[whole]) & 0xff) >> (8 - rest) == 0;
    }

    private static byte @Nullable [] address(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return null;
        }
        try {
            // Of a literal the JDK asks nobody.
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        byte @Nullable [] address = address(slash < 0 ? text : text.substring(0, slash));
        int bits = -1;
        if (address != null) {
            bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
        }
        if (address == null || bits < 0 || bits > address.length * 8) {
            throw new IllegalStateException(
                    "expected addresses or networks in `muster.ddi.trusted-proxies`, found `" + text + "`");
        }
        return new Network(address, bits);
    }
}
