package dev.muster.control.trustrepo;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import jakarta.inject.Singleton;
import java.util.Optional;

/** {@code GET /device/v1/director/<file>} and {@code GET /device/v1/images/<file>}: signed metadata, by file name. */
@Singleton
final class TrustRoutes implements DeviceRoutes {
    private final DirectorService director;
    private final TrustService trust;

    TrustRoutes(DirectorService director, TrustService trust) {
        this.director = director;
        this.trust = trust;
    }

    @Override
    public void register(DeviceRouter router) {
        router.get("/director/:file", request -> {
            String file = request.parameter("file");
            return DeviceAnswer.metadata(
                    file,
                    director.file(request.device(), file),
                    file.equals(DirectorService.TIMESTAMP) ? director.trace(request.device()) : Optional.empty());
        });
        router.get("/images/:file", request -> {
            String file = request.parameter("file");
            return DeviceAnswer.metadata(file, trust.image(request.device().tenant(), file), Optional.empty());
        });
    }
}
