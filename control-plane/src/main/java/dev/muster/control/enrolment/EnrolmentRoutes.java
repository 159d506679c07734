package dev.muster.control.enrolment;

import dev.muster.control.deviceapi.AnonymousRequest;
import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.protocol.enrol.EnrolAnswer;
import dev.muster.protocol.enrol.EnrolPending;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import jakarta.inject.Singleton;

/** {@code /device/v1/enrol} and {@code /device/v1/renew}. */
@Singleton
final class EnrolmentRoutes implements DeviceRoutes {
    private static final int MAX_BODY = 64 * 1024;

    private final EnrolmentService service;
    private final FactoryEnrolment factory;
    private final EnrolmentLimits limits;

    EnrolmentRoutes(EnrolmentService service, FactoryEnrolment factory, EnrolmentLimits limits) {
        this.service = service;
        this.factory = factory;
        this.limits = limits;
    }

    @Override
    public void register(DeviceRouter router) {
        router.postAnonymous("/enrol", MAX_BODY, this::enrol);
        router.postInGrace(
                "/renew",
                MAX_BODY,
                request -> DeviceAnswer.json(service.renew(request).toJson()));
    }

    private DeviceAnswer enrol(AnonymousRequest request) {
        limits.admit(request.address());
        EnrolRequest asked = EnrolRequest.fromJson(request.body());
        EnrolAnswer answer = asked.factory()
                .map(proof -> factory.enrol(asked, proof, request.address()))
                .orElseGet(() -> service.enrol(asked, request.address()));
        return switch (answer) {
            case EnrolResponse done -> DeviceAnswer.json(done.toJson());
            case EnrolPending pending -> DeviceAnswer.later(pending.toJson(), pending.retryAfter());
        };
    }
}
