package dev.muster.control.uploads;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRequest;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.upload.UploadRequest;
import jakarta.inject.Singleton;

/** {@code /device/v1/uploads}: announce with {@code POST}, send pieces with {@code PUT .../<id>}. */
@Singleton
final class UploadRoutes implements DeviceRoutes {
    private static final int MAX_ANNOUNCEMENT = 4 << 10;

    private final UploadService service;

    UploadRoutes(UploadService service) {
        this.service = service;
    }

    @Override
    public void register(DeviceRouter router) {
        router.post("/uploads", MAX_ANNOUNCEMENT, this::announce);
        router.put("/uploads/:id", UploadRequest.MAX_PIECE, this::piece);
    }

    private DeviceAnswer announce(DeviceRequest request) {
        return DeviceAnswer.json(service.announce(request.device(), UploadRequest.fromJson(request.body()))
                .toJson());
    }

    private DeviceAnswer piece(DeviceRequest request) {
        String range = request.header("content-range")
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.UPLOAD_INVALID, "expected the header `Content-Range`, found none"));
        return DeviceAnswer.json(service.piece(request.device(), request.parameter("id"), range, request.body())
                .toJson());
    }
}
