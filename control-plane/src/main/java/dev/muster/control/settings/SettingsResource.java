package dev.muster.control.settings;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /settings}. */
@Path("settings")
@RunOnVirtualThread
public class SettingsResource {
    private final Guard guard;
    private final SettingsService service;

    SettingsResource(Guard guard, SettingsService service) {
        this.guard = guard;
        this.service = service;
    }

    /** The settings of one level. */
    @GET
    @Path("{level}/{name}")
    @RequiresRole(Role.VIEWER)
    public RestResponse<SettingsDocument> get(String level, String name) {
        return answer(service.get(guard.require(Role.VIEWER), level, name));
    }

    /** Replaces the settings of one level. */
    @PUT
    @Path("{level}/{name}")
    @RequiresRole(Role.OPERATOR)
    public RestResponse<SettingsDocument> put(
            String level,
            String name,
            @RestHeader("If-Match") @Nullable String ifMatch,
            @Nullable Map<String, @Nullable Object> document) {
        return answer(
                service.put(guard.require(Role.OPERATOR), level, name, Bodies.require(document), revision(ifMatch)));
    }

    private static Optional<Long> revision(@Nullable String ifMatch) {
        if (ifMatch == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(ifMatch.replace("\"", "").strip()));
        } catch (NumberFormatException e) {
            throw new ProblemException(ProblemCode.STALE, "expected an ETag of ours in `If-Match`, found another");
        }
    }

    private static RestResponse<SettingsDocument> answer(SettingsDocument document) {
        return RestResponse.ResponseBuilder.ok(document)
                .header("ETag", "\"" + document.revision() + "\"")
                .build();
    }
}
