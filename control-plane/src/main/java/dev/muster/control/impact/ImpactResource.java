package dev.muster.control.impact;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.access.Selector;
import dev.muster.control.http.Cursor;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What publishing would change, for people. */
@Path("/policy/impact")
@RunOnVirtualThread
public class ImpactResource {
    private final Guard guard;
    private final ImpactService service;

    ImpactResource(Guard guard, ImpactService service) {
        this.guard = guard;
        this.service = service;
    }

    /** Every decision that changes, counted over the devices the caller may see. */
    @POST
    @RequiresRole(Role.SECURITY_OFFICER)
    public ImpactAnswer impact(@Nullable ImpactQuestion body) {
        Access access = guard.require(Role.SECURITY_OFFICER);
        ImpactQuestion asked = body == null ? new ImpactQuestion(null, null, null, null, null, null) : body;
        int limit = Cursor.limit(asked.limit());
        long skip = Cursor.decodeNumber(asked.cursor());
        ImpactService.Answer answer = service.answer(
                access,
                new ImpactService.Question(
                        Objects.requireNonNullElse(asked.yaml(), ""),
                        Objects.requireNonNullElse(asked.from(), "live"),
                        Objects.requireNonNullElse(asked.to(), "draft"),
                        Selector.parse(asked.selector()),
                        limit,
                        skip));
        return new ImpactAnswer(
                answer.from(),
                answer.to(),
                answer.devices(),
                answer.profiles(),
                answer.changedDevices(),
                answer.unchangedDevices(),
                answer.unknownInventory(),
                answer.leftOut(),
                answer.killedProcesses(),
                answer.killedProcessesUnknown(),
                answer.notEnforceable(),
                answer.changes(),
                answer.more() ? Cursor.encode(Long.toString(skip + limit)) : null);
    }

    /** The body; all of it may be left out: then it is the draft against what devices hold. */
    public record ImpactQuestion(
            @Nullable String yaml,
            @Nullable String from,
            @Nullable String to,
            @Nullable String selector,
            @Nullable Integer limit,
            @Nullable String cursor) {}

    /** The answer; see {@link ImpactService.Answer}. */
    public record ImpactAnswer(
            String from,
            String to,
            long devices,
            long profiles,
            long changedDevices,
            long unchangedDevices,
            long unknownInventory,
            long leftOut,
            long killedProcesses,
            long killedProcessesUnknown,
            long notEnforceable,
            List<ImpactService.Change> changes,
            @Nullable String next) {}
}
