package dev.muster.control.releases;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.desired.TargetName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Releases, for people. */
@Path("/releases")
@RunOnVirtualThread
public class ReleaseResource {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._+-]{0,63}");

    private final Guard guard;
    private final TenantTransactions transactions;
    private final ReleaseService service;
    private final ReleaseStore store;

    ReleaseResource(Guard guard, TenantTransactions transactions, ReleaseService service, ReleaseStore store) {
        this.guard = guard;
        this.transactions = transactions;
        this.service = service;
        this.store = store;
    }

    /** Makes a release of uploaded artifacts. */
    @POST
    @RequiresRole(value = Role.RELEASE_MANAGER, fleetWide = true)
    public ReleaseAnswer create(NewRelease body) {
        Access access = guard.require(Role.RELEASE_MANAGER).fleetWide();
        return ReleaseAnswer.of(service.create(
                access.caller(),
                named("name", body.name()),
                named("version", body.version()),
                body.targets() == null
                        ? List.of()
                        : body.targets().stream()
                                .map(NewRelease.ArtifactRef::sha256)
                                .toList(),
                body.absent() == null ? List.of() : body.absent()));
    }

    /** Newest first. */
    @GET
    @RequiresRole(Role.VIEWER)
    public Page<ReleaseAnswer> list(
            @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
        Access access = guard.require(Role.VIEWER);
        int size = Cursor.limit(limit);
        long skip = Cursor.decodeNumber(cursor);
        List<ReleaseAnswer> rows =
                transactions.in(access.tenant(), handle -> store.list(handle, skip, size + 1).stream()
                        .map(ReleaseAnswer::of)
                        .toList());
        return Page.of(rows, size, last -> Long.toString(skip + size));
    }

    /** One release. */
    @GET
    @Path("/{id}")
    @RequiresRole(Role.VIEWER)
    public ReleaseAnswer get(@PathParam("id") UUID id) {
        Access access = guard.require(Role.VIEWER);
        return ReleaseAnswer.of(transactions.in(access.tenant(), handle -> service.require(handle, id)));
    }

    private static String named(String member, @Nullable String value) {
        if (value == null || !NAME.matcher(value).matches()) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "`" + member + "`: expected 1 to 64 letters, digits, ' ', '.', '_', '+', '-', found `" + value
                            + "`");
        }
        return value;
    }

    /** The body of {@code POST /releases}. */
    public record NewRelease(
            @Nullable String name,
            @Nullable String version,
            @Nullable List<ArtifactRef> targets,
            @Nullable List<String> absent) {
        /** One artifact. */
        public record ArtifactRef(String sha256) {
            public ArtifactRef {
                java.util.Objects.requireNonNull(sha256, "expected `sha256` in every target");
            }
        }
    }

    /** A release on the wire. */
    public record ReleaseAnswer(
            UUID id,
            String name,
            String version,
            List<Target> targets,
            List<String> absent,
            Instant createdAt,
            String createdBy,
            String createdByName,
            @Nullable Instant withdrawnAt) {
        /** One target. */
        public record Target(String name, String sha256, String version, String hardware) {}

        static ReleaseAnswer of(Release release) {
            return new ReleaseAnswer(
                    release.id(),
                    release.name(),
                    release.version(),
                    release.targets().stream()
                            .map(target -> new Target(
                                    target.name().text(),
                                    target.content().sha256(),
                                    target.content().version(),
                                    target.content().hardware()))
                            .toList(),
                    release.absent().stream().map(TargetName::text).toList(),
                    release.createdAt(),
                    release.createdBy(),
                    release.createdByName(),
                    release.withdrawnAt().orElse(null));
        }
    }
}
