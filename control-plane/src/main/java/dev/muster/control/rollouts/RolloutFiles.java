package dev.muster.control.rollouts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.control.channels.ChannelService;
import dev.muster.control.fleetfiles.FleetChange;
import dev.muster.control.fleetfiles.FleetKind;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.releases.ReleaseService;
import dev.muster.control.releases.Requirements;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.FleetSpec;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Rollouts of releases as files: a name stands for one rollout, which is made once. What it is cannot be changed, and it stays when
 * its file goes. Thread-safe.
 */
@Singleton
final class RolloutFiles implements FleetKind {
    private final RolloutStore store;
    private final RolloutService service;
    private final ReleaseService releases;
    private final ChannelService channels;

    RolloutFiles(RolloutStore store, RolloutService service, ReleaseService releases, ChannelService channels) {
        this.store = store;
        this.service = service;
        this.releases = releases;
        this.channels = channels;
    }

    @Override
    public List<String> kinds() {
        return List.of("Rollout");
    }

    @Override
    public Role role() {
        return Role.RELEASE_MANAGER;
    }

    @Override
    public int order() {
        return 70;
    }

    @Override
    public Difference compare(Handle handle, Access access, FleetDocument document) {
        FleetSpec.Rollout rollout = (FleetSpec.Rollout) document.spec();
        List<RolloutStore.Named> there = store.named(handle, document.name());
        Optional<UUID> release = rollout.release().map(named -> release(handle, named));
        if (there.isEmpty()) {
            plan(handle, document);
            return Difference.create(new FleetChange.Fields()
                    .add("release", null, text(rollout))
                    .add("devices", null, rollout.devices().isEmpty() ? "all" : rollout.devices())
                    .list());
        }
        boolean same = there.stream()
                .anyMatch(one -> release.map(one.release()::equals).orElse(true)
                        && one.selector().equals(rollout.devices()));
        if (!same) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "a name that no rollout has expected, found one of another release or for other devices (`"
                            + there.getFirst().id() + "`); a rollout stays what it is, give the new one another name");
        }
        return Difference.NONE;
    }

    @Override
    public Optional<Difference> removal(Handle handle, Access access, String kind, String name) {
        return Optional.empty();
    }

    @Override
    public void carryOut(Handle handle, Access access, FleetDocument document) {
        if (service.create(handle, access, plan(handle, document)).isEmpty()) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "at least one active device that it selects and that a target fits expected, found none");
        }
    }

    @Override
    public void remove(Handle handle, Access access, String kind, String name) {
        throw new IllegalStateException("rollouts stay");
    }

    @Override
    public OptionalLong devices(Handle handle, Access access, String kind, String name) {
        return standing(handle, name)
                .map(found -> OptionalLong.of(found.devices()))
                .orElse(OptionalLong.empty());
    }

    @Override
    public Optional<String> waits(Handle handle, Access access, String kind, String name) {
        return standing(handle, name)
                .filter(RolloutService.Standing::waits)
                .map(found -> "waits for a second person, who approves wave 0");
    }

    private Optional<RolloutService.Standing> standing(Handle handle, String name) {
        return store.named(handle, name).stream()
                .findFirst()
                .map(one -> service.standing(handle, new RolloutId(one.id())));
    }

    private RolloutPlan plan(Handle handle, FleetDocument document) {
        FleetSpec.Rollout rollout = (FleetSpec.Rollout) document.spec();
        UUID release = rollout.release()
                .map(named -> release(handle, named))
                .or(() -> rollout.channel()
                        .map(channel -> channels.newest(handle, channel.name(), channel.release(), channel.hardware())))
                .orElseThrow();
        try {
            return RolloutResource.plan(
                    asked(document.name(), rollout.devices(), JsonObject.of(rollout.plan())), release);
        } catch (ProtocolException e) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private UUID release(Handle handle, FleetSpec.Release named) {
        return releases.since(handle, new Requirements.Needed(named.name(), named.version())).stream()
                .filter(one -> one.version().equals(named.version()))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.RELEASE_NOT_FOUND,
                        "a release that is there expected, found none of name `" + named.name() + "` and version `"
                                + named.version() + "`"))
                .id();
    }

    private static RolloutResource.NewRollout asked(String name, String selector, JsonObject plan) {
        return new RolloutResource.NewRollout(
                name,
                null,
                null,
                selector,
                plan.has("waves") ? plan.objects("waves", RolloutFiles::wave) : null,
                integer(plan, "maxFailurePercent"),
                text(plan, "deadline"),
                integer(plan, "perMinute"),
                text(plan, "jitter"),
                plan.has("install") ? install(plan.object("install")) : null,
                flag(plan, "newcomers"),
                flag(plan, "start"));
    }

    private static WaveRequest wave(JsonObject wave) {
        return new WaveRequest(
                text(wave, "name"),
                integer(wave, "percent"),
                integer(wave, "count"),
                integer(wave, "successPercent"),
                integer(wave, "minReached"),
                text(wave, "soak"),
                flag(wave, "approval"),
                text(wave, "metric"));
    }

    private static RolloutResource.Install install(JsonObject install) {
        return new RolloutResource.Install(
                text(install, "mode"), install.has("window") ? window(install.object("window")) : null);
    }

    private static RolloutResource.Window window(JsonObject window) {
        return new RolloutResource.Window(
                flag(window, "site"),
                window.has("days") ? window.strings("days") : null,
                text(window, "from"),
                text(window, "to"));
    }

    private static @Nullable Integer integer(JsonObject object, String name) {
        if (!object.has(name)) {
            return null;
        }
        long number = object.number(name);
        if (number != (int) number) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "a smaller number expected for `" + name + "`, found " + number);
        }
        return (int) number;
    }

    private static @Nullable String text(JsonObject object, String name) {
        return object.optionalString(name).orElse(null);
    }

    private static @Nullable Boolean flag(JsonObject object, String name) {
        return object.optionalFlag(name).orElse(null);
    }

    private static String text(FleetSpec.Rollout rollout) {
        return rollout.release()
                .map(named -> named.name() + " " + named.version())
                .or(() -> rollout.channel().map(channel -> "the newest of channel " + channel.name()))
                .orElse("");
    }
}
