package dev.muster.agent.transport.mqtt;

import java.io.IOException;

/** What came is no packet of MQTT 5, or none that may come now; the connection must end (section 4.13). */
final class MalformedPacketException extends IOException {
    private final int reasonCode;

    MalformedPacketException(int reasonCode, String message) {
        super(message);
        this.reasonCode = reasonCode;
    }

    /** To be sent with DISCONNECT: 0x81, 0x82, 0x94 or 0x95. */
    int reasonCode() {
        return reasonCode;
    }
}
