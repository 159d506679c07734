package dev.muster.control.reported;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRequest;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.manifest.VersionManifest;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;

/** {@code PUT /device/v1/manifest}: the signed answer of a device to its desired state. */
@Singleton
final class ManifestRoutes implements DeviceRoutes {
    private static final int MAX_MANIFEST_BYTES = 4 << 20;

    private final ReportedService service;

    ManifestRoutes(ReportedService service) {
        this.service = service;
    }

    @Override
    public void register(DeviceRouter router) {
        router.put("/manifest", MAX_MANIFEST_BYTES, this::put);
    }

    private DeviceAnswer put(DeviceRequest request) {
        VersionManifest manifest;
        try {
            manifest = SignedManifest.fromJson(request.body())
                    .verified(request.certificate().getPublicKey());
        } catch (ProtocolException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
        if (!manifest.device().equals(request.device())) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a manifest of `" + request.device() + "`, found one of `" + manifest.device() + "`");
        }
        service.accept(
                manifest, new ManifestProof(new String(request.body(), StandardCharsets.UTF_8), request.certificate()));
        return DeviceAnswer.empty();
    }
}
