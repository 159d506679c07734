package dev.muster.telemetry.gateway;

import dev.muster.protocol.identity.DeviceRef;
import org.slf4j.MDC;

/** Lines of the log about one device: they name tenant and device as fields, too. Set around a line alone, so that messages cost nothing. */
final class DeviceLog {
    private DeviceLog() {}

    static void of(DeviceRef device, Runnable line) {
        try (MDC.MDCCloseable tenant =
                        MDC.putCloseable("tenant", device.tenant().value());
                MDC.MDCCloseable name =
                        MDC.putCloseable("device", device.device().value())) {
            line.run();
        }
    }
}
