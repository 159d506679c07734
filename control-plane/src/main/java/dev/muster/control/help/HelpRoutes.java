package dev.muster.control.help;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRequest;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.help.HelpFrames;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.util.UUID;

/** {@code /device/v1/help/<session>}: the device's end of remote help. */
@Singleton
final class HelpRoutes implements DeviceRoutes {
    private static final int MAX_WORDS = 4 << 10;
    /** One frame in base64, and its surroundings. */
    private static final int MAX_FRAME = 64 << 10;

    private final HelpService service;

    HelpRoutes(HelpService service) {
        this.service = service;
    }

    @Override
    public void register(DeviceRouter router) {
        router.post("/help/:session/open", MAX_WORDS, this::open);
        router.post("/help/:session/up", MAX_FRAME, this::up);
        router.get("/help/:session/down/:after", this::down);
        router.post("/help/:session/close", MAX_WORDS, this::close);
    }

    private DeviceAnswer open(DeviceRequest request) {
        return DeviceAnswer.json(service.open(request.device(), id(request)).toJson());
    }

    private DeviceAnswer up(DeviceRequest request) {
        try {
            service.fromDevice(request.device(), id(request), HelpFrames.fromJson(request.body()));
        } catch (ProtocolException | IllegalArgumentException e) {
            throw NewHelp.invalid(String.valueOf(e.getMessage()));
        }
        return DeviceAnswer.empty();
    }

    private DeviceAnswer down(DeviceRequest request) {
        String after = request.parameter("after");
        if (!after.matches("[0-9]{1,15}")) {
            throw NewHelp.invalid("expected a number of a frame, found `" + after + "`");
        }
        return DeviceAnswer.json(service.toDevice(request.device(), id(request), Long.parseLong(after))
                .toJson());
    }

    private DeviceAnswer close(DeviceRequest request) {
        try {
            service.close(
                    request.device(),
                    id(request),
                    JsonObject.parse(request.body()).string("reason"));
        } catch (ProtocolException e) {
            throw NewHelp.invalid(String.valueOf(e.getMessage()));
        }
        return DeviceAnswer.empty();
    }

    private static UUID id(DeviceRequest request) {
        try {
            return UUID.fromString(request.parameter("session"));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.NOT_FOUND, "no such session");
        }
    }
}
