package dev.muster.control.trustrepo;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.trace.Traceparent;
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
            return answer(
                    file,
                    director.file(request.device(), file),
                    file.equals(DirectorService.TIMESTAMP) ? director.trace(request.device()) : Optional.empty());
        });
        router.get("/images/:file", request -> {
            String file = request.parameter("file");
            return answer(file, trust.image(request.device().tenant(), file), Optional.empty());
        });
    }

    private static DeviceAnswer answer(String file, Optional<byte[]> content, Optional<Traceparent> trace) {
        return DeviceAnswer.metadata(
                file,
                content.orElseThrow(
                        () -> new ProblemException(ProblemCode.METADATA_NOT_FOUND, "no metadata file `" + file + "`")),
                trace);
    }
}
