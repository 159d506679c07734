package dev.muster.agent.transport.mqtt;

/** Reason codes (section 2.4) that a device sends or is told. From 0x80 on something failed. */
public final class ReasonCode {
    public static final int NORMAL = 0x00;
    public static final int MALFORMED_PACKET = 0x81;
    public static final int PROTOCOL_ERROR = 0x82;
    public static final int SESSION_TAKEN_OVER = 0x8E;
    public static final int RECEIVE_MAXIMUM_EXCEEDED = 0x93;
    public static final int TOPIC_ALIAS_INVALID = 0x94;
    public static final int PACKET_TOO_LARGE = 0x95;

    private static final int FAILURE = 0x80;

    private ReasonCode() {}

    /** Whether {@code code} tells of a failure; also of one that is newer than this program. */
    public static boolean isFailure(int code) {
        return code >= FAILURE;
    }

    /** For a log: the number, and the standard's words where an operator will meet it. */
    public static String text(int code) {
        String words =
                switch (code) {
                    case NORMAL -> " (normal)";
                    case 0x04 -> " (disconnect with will message)";
                    case MALFORMED_PACKET -> " (malformed packet)";
                    case PROTOCOL_ERROR -> " (protocol error)";
                    case 0x84 -> " (unsupported protocol version)";
                    case 0x85 -> " (client identifier not valid)";
                    case 0x87 -> " (not authorized)";
                    case 0x88 -> " (server unavailable)";
                    case 0x89 -> " (server busy)";
                    case 0x8B -> " (server shutting down)";
                    case 0x8D -> " (keep alive timeout)";
                    case SESSION_TAKEN_OVER -> " (session taken over)";
                    case 0x90 -> " (topic name invalid)";
                    case RECEIVE_MAXIMUM_EXCEEDED -> " (receive maximum exceeded)";
                    case TOPIC_ALIAS_INVALID -> " (topic alias invalid)";
                    case PACKET_TOO_LARGE -> " (packet too large)";
                    case 0x96 -> " (message rate too high)";
                    case 0x97 -> " (quota exceeded)";
                    case 0x98 -> " (administrative action)";
                    case 0x99 -> " (payload format invalid)";
                    case 0x9B -> " (QoS not supported)";
                    default -> "";
                };
        return "reason code 0x"
                + Integer.toHexString(FAILURE << 1 | code).substring(1).toUpperCase(java.util.Locale.ROOT) + words;
    }
}
