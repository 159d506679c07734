package dev.muster.control.sessions;

import dev.muster.control.access.Unguarded;
import dev.muster.control.http.Bodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** {@code /sessions}. */
@Path("sessions")
@RunOnVirtualThread
public class SessionResource {
    private final SessionService service;

    SessionResource(SessionService service) {
        this.service = service;
    }

    /** The OpenID provider tells that a session ended (OpenID Connect Back-Channel Logout 1.0). */
    @POST
    @Path("back-channel-logout")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @ResponseStatus(200)
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    @Unguarded(reason = "the caller is the OpenID provider: its signature on the token in the body is its login")
    public void backChannelLogout(@FormParam("logout_token") @Nullable String token) {
        service.end(Bodies.require(token, "logout_token"));
    }
}
