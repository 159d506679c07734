package dev.muster.control.enrolment;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.protocol.enrol.EnrolRequest;
import jakarta.inject.Singleton;

/** {@code /device/v1/enrol} and {@code /device/v1/renew}. */
@Singleton
final class EnrolmentRoutes implements DeviceRoutes {
    private static final int MAX_BODY = 64 * 1024;

    private final EnrolmentService service;

    EnrolmentRoutes(EnrolmentService service) {
        this.service = service;
    }

    @Override
    public void register(DeviceRouter router) {
        router.postAnonymous(
                "/enrol",
                MAX_BODY,
                body -> DeviceAnswer.json(
                        service.enrol(EnrolRequest.fromJson(body)).toJson()));
        router.postInGrace(
                "/renew",
                MAX_BODY,
                request -> DeviceAnswer.json(service.renew(request).toJson()));
    }
}
