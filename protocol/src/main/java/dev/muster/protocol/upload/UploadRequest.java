package dev.muster.protocol.upload;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Announces an upload; the same words again find the same upload.
 *
 * @param command id of the command that asked for it
 * @param length of the whole, in bytes, above 0
 * @param sha256 of the whole, lower-case hex
 */
public record UploadRequest(String command, long length, String sha256) {
    /** Most bytes of one piece. */
    public static final int MAX_PIECE = 1 << 20;

    public UploadRequest {
        if (length <= 0) {
            throw new ProtocolException("expected a length above 0 at `length`, found " + length);
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new ProtocolException("expected 64 lower-case hex digits at `sha256`, found `" + sha256 + "`");
        }
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("command", command);
        map.put("length", length);
        map.put("sha256", sha256);
        return JsonObject.write(map);
    }

    public static UploadRequest fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new UploadRequest(object.string("command"), object.number("length"), object.string("sha256"));
    }
}
