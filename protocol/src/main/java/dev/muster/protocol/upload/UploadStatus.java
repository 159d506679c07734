package dev.muster.protocol.upload;

import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far an upload is.
 *
 * @param offset bytes that are safe on the server; the next piece begins here
 * @param complete whether all are there and their SHA-256 is the announced one
 */
public record UploadStatus(String id, long offset, long length, boolean complete) {
    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("offset", offset);
        map.put("length", length);
        map.put("complete", complete);
        return JsonObject.write(map);
    }

    public static UploadStatus fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new UploadStatus(
                object.string("id"),
                object.number("offset"),
                object.number("length"),
                object.optionalFlag("complete").orElse(false));
    }
}
