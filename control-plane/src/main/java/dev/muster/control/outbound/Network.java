package dev.muster.control.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/**
 * A network, such as {@code 10.0.0.0/8}. Immutable.
 *
 * @param address its first address as hexadecimal digits, so that equal networks are equal
 * @param bits of the prefix
 */
record Network(String address, int bits) {
    /** Reads one; a name is none. */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        if (!literal.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            throw wrong(text);
        }
        try {
            byte[] bytes = InetAddress.getByName(literal).getAddress();
            int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > bytes.length * 8) {
                throw wrong(text);
            }
            return new Network(HexFormat.of().formatHex(bytes), bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw wrong(text);
        }
    }

    /** Whether the address lies in it. */
    boolean contains(byte[] candidate) {
        byte[] first = HexFormat.of().parseHex(address);
        if (first.length != candidate.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((first[bit / 8] & mask) != (candidate[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "expected an address or a network such as `10.20.0.0/16` or `fd00:1::/64`, found `" + text + "`");
    }
}
