package dev.muster.control.roles;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready when every running part of telemetry is. */
@Readiness
@Singleton
class PartsReady implements HealthCheck {
    private final TelemetryParts parts;

    PartsReady(TelemetryParts parts) {
        this.parts = parts;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer =
                HealthCheckResponse.named("telemetry").up();
        parts.running().forEach((name, part) -> {
            var health = part.health();
            answer.withData(name, health.reason());
            if (!health.ready()) {
                answer.down();
            }
        });
        return answer.build();
    }
}
