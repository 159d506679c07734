package dev.muster.control.subdevices;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRequest;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.control.trustrepo.DirectorService;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * {@code POST /device/v1/children}: what a gateway finds; {@code GET /device/v1/children/<child>/director/<file>}: the documents of one that
 * was let in. By the gateway's certificate.
 */
@Singleton
final class SubDeviceRoutes implements DeviceRoutes {
    private static final int MAX_REPORT = 256 << 10;

    private final SubDeviceService service;
    private final DirectorService director;

    SubDeviceRoutes(SubDeviceService service, DirectorService director) {
        this.service = service;
        this.director = director;
    }

    @Override
    public void register(DeviceRouter router) {
        router.post(
                "/children",
                MAX_REPORT,
                request -> DeviceAnswer.json(
                        service.found(request.device(), request.body()).toJson()));
        router.get("/children/:child/director/:file", this::document);
    }

    private DeviceAnswer document(DeviceRequest request) {
        DeviceRef child = service.admitted(request.device(), request.parameter("child"));
        String file = request.parameter("file");
        return DeviceAnswer.metadata(file, director.file(child, file), Optional.empty());
    }
}
