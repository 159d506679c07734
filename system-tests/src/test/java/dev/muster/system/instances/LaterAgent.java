package dev.muster.system.instances;

import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.simulator.device.DeviceIo;
import dev.muster.simulator.device.DeviceTrust;
import dev.muster.simulator.device.Outgoing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The outside of an agent that is one version ahead of its servers: all that it sends has members that they do not know, in every
 * object of it.
 */
final class LaterAgent implements DeviceIo {
    private final DeviceIo io;

    LaterAgent(DeviceIo io) {
        this.io = io;
    }

    @Override
    public void publish(Outgoing message) {
        io.publish(
                switch (message) {
                    case Outgoing.Report report -> new Outgoing.Report(later(report.payload()));
                    case Outgoing.Samples samples ->
                        new Outgoing.Samples(samples.boot(), samples.seq(), later(samples.payload()));
                    case Outgoing.Answer answer -> new Outgoing.Answer(answer.id(), later(answer.payload()));
                });
    }

    private static byte[] later(byte[] json) {
        return JsonObject.write(later(JsonObject.parse(json).members()));
    }

    private static Map<String, Object> later(Map<?, ?> members) {
        Map<String, Object> more = new LinkedHashMap<>();
        members.forEach((name, value) -> more.put(
                String.valueOf(name),
                value instanceof List<?> list
                        ? list.stream()
                                .map(each -> each instanceof Map<?, ?> map ? later(map) : each)
                                .toList()
                        : value));
        more.put("addedLater", Map.of("deep", List.of(1, 2, 3)));
        return more;
    }

    @Override
    public void connect() {
        io.connect();
    }

    @Override
    public void close(boolean politely) {
        io.close(politely);
    }

    @Override
    public void fetch(DeviceTrust trust) {
        io.fetch(trust);
    }

    @Override
    public void send(VersionManifest manifest) {
        io.send(manifest);
    }

    @Override
    public void later(Duration delay, Runnable work) {
        io.later(delay, work);
    }
}
