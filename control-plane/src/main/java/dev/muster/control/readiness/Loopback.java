package dev.muster.control.readiness;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/** Whether what is sent to an address stays on this machine. */
public final class Loopback {
    private Loopback() {}

    /** True for {@code localhost} and for literals of the loopback networks; no name is looked up. */
    public static boolean is(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.toLowerCase(Locale.ROOT).equals("localhost")) {
            return true;
        }
        if (!bare.contains(":") && !bare.matches("[0-9.]+")) {
            return false;
        }
        try {
            return InetAddress.getByName(bare).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
