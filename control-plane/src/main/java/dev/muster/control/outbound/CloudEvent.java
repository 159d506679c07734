package dev.muster.control.outbound;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An event as CloudEvents 1.0 says, in structured mode. Pure.
 *
 * @param id the same however often it is sent: with the source it names the event
 * @param sequence of the events of one source, as the extension {@code sequence} says: compared as text
 */
public record CloudEvent(
        String id,
        String source,
        String type,
        String subject,
        Instant time,
        Optional<String> sequence,
        Map<String, ?> data) {
    /** What stands in {@code Content-Type}. */
    public static final String MEDIA_TYPE = "application/cloudevents+json; charset=UTF-8";

    /** The members in the order of the specification, then the data. */
    public byte[] toJson() {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", id);
        event.put("source", source);
        event.put("type", type);
        event.put("subject", subject);
        event.put("time", time.toString());
        sequence.ifPresent(value -> event.put("sequence", value));
        event.put("datacontenttype", "application/json");
        event.put("data", data);
        return JsonObject.write(event);
    }
}
