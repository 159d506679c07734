package dev.muster.protocol.help;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A piece of a session, in one direction. The arrays are whoever's made it; nobody changes them. */
public final class HelpFrame {
    /** Of one frame, in bytes. */
    public static final int MAX_DATA = 32 << 10;

    /** Connections of a forward at once. */
    public static final int MAX_CHANNELS = 8;

    private final int channel;
    private final Type type;
    private final byte[] data;

    /** What a frame says. */
    public enum Type {
        /** A connection of a forward begins. */
        OPEN,
        /** Bytes. */
        DATA,
        /** No more bytes on this channel; for files with a JSON object {@code {length, sha256}}. */
        CLOSE
    }

    /** @param channel 0, or the connection of a forward */
    public HelpFrame(int channel, Type type, byte[] data) {
        if (channel < 0 || channel > 0xffff) {
            throw new ProtocolException("expected a channel from 0 to 65535, found " + channel);
        }
        if (data.length > MAX_DATA) {
            throw new ProtocolException("expected at most " + MAX_DATA + " bytes in a frame, found " + data.length);
        }
        this.channel = channel;
        this.type = type;
        this.data = data;
    }

    public int channel() {
        return channel;
    }

    public Type type() {
        return type;
    }

    public byte[] data() {
        return data;
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("channel", channel);
        map.put("type", type.name().toLowerCase(Locale.ROOT));
        map.put("data", Base64.getEncoder().encodeToString(data));
        return map;
    }

    static HelpFrame from(JsonObject json) {
        long channel = json.number("channel");
        Type type =
                switch (json.string("type")) {
                    case "open" -> Type.OPEN;
                    case "data" -> Type.DATA;
                    case "close" -> Type.CLOSE;
                    case String other ->
                        throw new ProtocolException(
                                "expected a frame of type open, data or close, found `" + other + "`");
                };
        return new HelpFrame(
                channel < 0 || channel > 0xffff ? -1 : (int) channel,
                type,
                json.convert("data", Base64.getDecoder()::decode));
    }
}
