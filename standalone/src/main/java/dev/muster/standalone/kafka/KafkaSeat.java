package dev.muster.standalone.kafka;

import java.util.List;

/**
 * Which node of its cluster a broker is. Every node is broker and controller.
 *
 * @param node its number, from 1 on
 * @param host address on loopback on which it listens
 * @param voters every node of the cluster as {@code NODE@HOST:CONTROLLER_PORT}
 */
public record KafkaSeat(int node, String host, List<String> voters) {
    private static final int FIRST = 1;
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MOST_COPIES = 3;

    /** Copies the list. */
    public KafkaSeat {
        voters = List.copyOf(voters);
    }

    /** The only node of a cluster of one. */
    public static KafkaSeat alone(int controllerPort) {
        return new KafkaSeat(FIRST, LOOPBACK, List.of(voter(FIRST, LOOPBACK, controllerPort)));
    }

    static String voter(int node, String host, int controllerPort) {
        return node + "@" + host + ":" + controllerPort;
    }

    /** How many copies of everything this cluster keeps. */
    int copies() {
        return Math.min(MOST_COPIES, voters.size());
    }

    /** How many copies must have what is acknowledged: one fewer than there are, so that one broker may be away. */
    int inSync() {
        return Math.max(1, copies() - 1);
    }
}
