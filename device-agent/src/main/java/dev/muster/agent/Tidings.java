package dev.muster.agent;

import dev.muster.agent.apps.AppWatch;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.policy.DeviceTime;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.protocol.event.DeviceEvent;
import java.io.IOException;
import java.util.Map;

/** What the agent tells of itself, in its log and to the server. */
record Tidings(Outbox outbox, DeviceTime time, AgentLog log) {
    /** An event of this moment. */
    void event(String kind, Map<String, String> detail) {
        try {
            outbox.event(new DeviceEvent(kind, time.instant(), detail));
        } catch (IOException e) {
            log.line("event `" + kind + "` is not on disk: " + e.getMessage());
        }
    }

    /** Something on the disk is not as it was written. */
    void damage(String line) {
        log.line("found on the disk: " + line);
        event("storage.damaged", Map.of("message", line));
    }

    void lookAt(AppWatch apps) {
        try {
            apps.lookIfDue().forEach(this::damage);
        } catch (IOException e) {
            log.line("installed apps cannot be looked at: " + e.getMessage());
        }
    }
}
