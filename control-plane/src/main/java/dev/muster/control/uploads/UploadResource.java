package dev.muster.control.uploads;

import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.File;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;

/** Uploads of devices, for people. */
@Path("/uploads")
@RunOnVirtualThread
public class UploadResource {
    private final Guard guard;
    private final UploadService service;

    UploadResource(Guard guard, UploadService service) {
        this.guard = guard;
        this.service = service;
    }

    /** The bytes of a complete upload, to be saved and never shown: a device wrote them. */
    @GET
    @Path("/{id}/content")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @RequiresRole(Role.OPERATOR)
    public RestResponse<File> content(@PathParam("id") UUID id) {
        UploadService.Download download = service.download(guard.require(Role.OPERATOR), id);
        return RestResponse.ResponseBuilder.ok(download.file().toFile())
                .header("Content-Disposition", "attachment; filename=\"" + download.name() + "\"")
                .header("Content-Security-Policy", "sandbox; default-src 'none'")
                .header("Cache-Control", "no-store")
                .build();
    }
}
