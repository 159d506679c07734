package dev.muster.control.devices;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /device-actions}: one step of life for many devices, seen before it is done. */
@Path("device-actions")
@RunOnVirtualThread
public class BulkResource {
    private final Guard guard;
    private final BulkService service;

    BulkResource(Guard guard, BulkService service) {
        this.guard = guard;
        this.service = service;
    }

    /**
     * What an action does.
     *
     * @param changes devices that it changes
     * @param left devices of the query that stand otherwise already, or cannot
     */
    public record Bulk(String action, String selector, long changes, long left) {}

    /**
     * An action as asked for.
     *
     * @param action {@code suspend}, {@code resume} or {@code retire}
     * @param selector of devices; empty for every one
     * @param expected how many it changes, as was shown to whoever asks
     */
    public record AskedBulk(
            @Nullable String action,
            @Nullable String selector,
            @Nullable Long expected) {}

    /** What it would do now; changes nothing. */
    @GET
    @RequiresRole(Role.OPERATOR)
    public Bulk preview(
            @Parameter(schema = @Schema(implementation = Transition.class)) @RestQuery @Nullable String action,
            @RestQuery @Nullable String q) {
        Access access = guard.require(Role.OPERATOR);
        return service.preview(access, transition(Bodies.require(action, "action")), Selector.parse(q));
    }

    /** Does it to all of them or to none: to none where it would change more or fewer than {@code expected}. */
    @POST
    @RequiresRole(Role.OPERATOR)
    public Bulk change(@Nullable AskedBulk body) {
        AskedBulk asked = Bodies.require(body);
        return service.change(
                guard.require(Role.OPERATOR),
                transition(Bodies.require(asked.action(), "action")),
                Selector.parse(asked.selector()),
                Bodies.require(asked.expected(), "expected"));
    }

    private static Transition transition(String text) {
        return Arrays.stream(Transition.values())
                .filter(known -> word(known).equals(text))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.INVALID_REQUEST,
                        "expected an `action` of "
                                + Arrays.stream(Transition.values())
                                        .map(BulkResource::word)
                                        .collect(Collectors.joining(", "))
                                + ", found `" + text + "`"));
    }

    static String word(Transition transition) {
        return transition.name().toLowerCase(Locale.ROOT);
    }
}
