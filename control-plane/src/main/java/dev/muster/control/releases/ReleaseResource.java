package dev.muster.control.releases;

import dev.muster.control.access.Access;
import dev.muster.control.access.Guard;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Role;
import dev.muster.control.http.Bodies;
import dev.muster.control.http.Cursor;
import dev.muster.control.http.Page;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.desired.TargetName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
    public ReleaseAnswer create(@Nullable NewRelease given) {
        NewRelease body = Bodies.require(given);
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
                body.absent() == null ? List.of() : body.absent(),
                body.requires() == null ? Requirements.NONE : body.requires().read()));
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
            @Nullable List<String> absent,
            @Nullable Requires requires) {
        /** One artifact. */
        public record ArtifactRef(String sha256) {
            public ArtifactRef {
                java.util.Objects.requireNonNull(sha256, "expected `sha256` in every target");
            }
        }
    }

    /**
     * What a device must be before the release comes to it, on the wire; what is left out is not asked.
     *
     * @param apl lowest level that the signed profile of each app in the release gives
     */
    public record Requires(
            @Nullable String agent,
            @Nullable String image,
            @Nullable Integer api,
            @Nullable String apl,
            @Nullable List<App> apps,
            @Nullable List<Needed> releases) {
        /** An app that has to be installed at the version code or above. */
        public record App(@Nullable String bundle, @Nullable Long versionCode) {}

        /** A release that has to be in force, or a later one of the name. */
        public record Needed(
                @Nullable String name, @Nullable String version) {}

        Requirements read() {
            Map<String, Long> codes = new LinkedHashMap<>();
            for (App app : apps == null ? List.<App>of() : apps) {
                String bundle = Bodies.require(app.bundle(), "requires.apps.bundle");
                if (codes.put(bundle, Bodies.require(app.versionCode(), "requires.apps.versionCode")) != null) {
                    throw invalid("`requires.apps`: expected each bundle once, found `" + bundle + "` again");
                }
            }
            try {
                return new Requirements(
                        Optional.ofNullable(agent),
                        Optional.ofNullable(image),
                        api == null ? 0 : api,
                        Optional.ofNullable(apl).map(Requires::level),
                        codes,
                        (releases == null ? List.<Needed>of() : releases)
                                .stream()
                                        .map(needed -> new Requirements.Needed(
                                                named("requires.releases.name", needed.name()),
                                                named("requires.releases.version", needed.version())))
                                        .toList());
            } catch (IllegalArgumentException e) {
                throw invalid(String.valueOf(e.getMessage()));
            }
        }

        private static Apl level(String text) {
            return Apl.parse(text)
                    .orElseThrow(() -> invalid(
                            "`requires.apl`: expected normal, system_basic or system_core, found `" + text + "`"));
        }

        static Requires of(Requirements requires) {
            return new Requires(
                    requires.agent().orElse(null),
                    requires.image().orElse(null),
                    requires.api() == 0 ? null : requires.api(),
                    requires.apl().map(Apl::text).orElse(null),
                    new TreeMap<>(requires.apps())
                            .entrySet().stream()
                                    .map(app -> new App(app.getKey(), app.getValue()))
                                    .toList(),
                    requires.releases().stream()
                            .map(needed -> new Needed(needed.name(), needed.version()))
                            .toList());
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }

    /** A release on the wire. */
    public record ReleaseAnswer(
            UUID id,
            String name,
            String version,
            List<Target> targets,
            List<String> absent,
            Requires requires,
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
                    Requires.of(release.requires()),
                    release.createdAt(),
                    release.createdBy(),
                    release.createdByName(),
                    release.withdrawnAt().orElse(null));
        }
    }
}
