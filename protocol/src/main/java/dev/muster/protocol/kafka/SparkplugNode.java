package dev.muster.protocol.kafka;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a foreign edge node stands, by the gateway that it is connected to. What is counted is counted since that connection began.
 *
 * @param online between a birth and the death that ends it
 * @param bdSeq number that birth and death share; of the last session
 * @param bornAt when its last birth was heard
 * @param gaps how often messages were missing, {@code lost} how many at least
 * @param late messages that came after later ones
 * @param refused messages whose values did not count
 * @param rebirths how often it was asked for its births
 * @param devices below it that are online, sorted, the first 200
 * @param epoch fencing epoch of the connection; a lower one than known is dropped
 */
public record SparkplugNode(
        boolean online,
        Optional<Long> bdSeq,
        Optional<Instant> bornAt,
        long gaps,
        long lost,
        long late,
        long refused,
        long rebirths,
        List<String> devices,
        long epoch,
        Instant at) {
    public SparkplugNode {
        devices = List.copyOf(devices);
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("online", online);
        bdSeq.ifPresent(value -> map.put("bdSeq", value));
        bornAt.ifPresent(value -> map.put("bornAt", value.toString()));
        map.put("gaps", gaps);
        map.put("lost", lost);
        map.put("late", late);
        map.put("refused", refused);
        map.put("rebirths", rebirths);
        map.put("devices", devices);
        map.put("epoch", epoch);
        map.put("at", at.toString());
        return JsonObject.write(map);
    }

    public static SparkplugNode fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new SparkplugNode(
                object.optionalFlag("online").orElse(false),
                object.optionalNumber("bdSeq"),
                object.optionalInstant("bornAt"),
                object.number("gaps"),
                object.number("lost"),
                object.number("late"),
                object.number("refused"),
                object.number("rebirths"),
                object.strings("devices"),
                object.number("epoch"),
                object.instant("at"));
    }
}
