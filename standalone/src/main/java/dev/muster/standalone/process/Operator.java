package dev.muster.standalone.process;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who works at this machine, for people who read the trail; the machine's word, no proof. */
public final class Operator {
    private Operator() {}

    /** Such as {@code alice as root@box}. */
    public static String name() {
        String user = System.getProperty("user.name", "?");
        String sudo = System.getenv("SUDO_USER");
        return (sudo == null ? user : sudo + " as " + user) + "@" + host();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "?";
        }
    }
}
