package dev.muster.control.rollouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.rollouts.DeviceState.Kind;
import dev.muster.control.rollouts.DeviceStep.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of every event on small rollouts, breadth first. The world below is what the database holds, so a
 * crash is simply "no event", and an event that happens twice is tried from every state anyway.
 */
class RolloutExplorationTest {
    private static final Instant T0 = Instant.EPOCH;
    private static final Instant LATER = T0.plusSeconds(7200);
    private static final Duration DEADLINE = Duration.ofHours(1);
    private static final RolloutId OTHER = new RolloutId(new UUID(0, 7));

    /** What the database holds; {@code waveOf} is fixed by the plan. */
    private record World(Rollout rollout, List<DeviceState> devices) {}

    @Test
    void holdsEveryInvariantWithTwoDevicesInTwoWaves() {
        int worlds = explore(List.of(count("canary", 1, 100), count("rest", 1, 100)), 2, 0, true);

        assertThat(worlds).isGreaterThan(100);
    }

    @Test
    void holdsEveryInvariantWithACanaryAndTwoFollowers() {
        int worlds = explore(List.of(count("canary", 1, 100), count("rest", 2, 50)), 3, 0, true);

        assertThat(worlds).isGreaterThan(500);
    }

    @Test
    void holdsEveryInvariantWithToleratedFailuresInThreeWaves() {
        int worlds = explore(List.of(count("a", 1, 100), count("b", 1, 50), count("c", 1, 100)), 3, 50, true);

        assertThat(worlds).isGreaterThan(500);
    }

    @Test
    void holdsEveryInvariantWithSoakAndApproval() {
        int worlds = explore(
                List.of(
                        new WavePlan("canary", new WavePlan.Share.Count(1), 100, 1, DEADLINE, false),
                        new WavePlan("rest", new WavePlan.Share.Count(2), 50, 1, Duration.ZERO, true)),
                3,
                0,
                true);

        assertThat(worlds).isGreaterThan(1_000);
    }

    @Test
    void holdsEveryInvariantWithDevicesThatAreBlockedAndGoOn() {
        List<World> ends = new ArrayList<>();
        int worlds = exploreInto(List.of(count("canary", 1, 100), count("rest", 1, 100)), 2, 0, true, true, ends::add);

        assertThat(worlds).isGreaterThan(500);
    }

    @Test
    void endsByItselfWhateverTheDevicesDo() {
        // No person helps here: where nothing moves any more, the rollout has ended or says why it stands.
        List<World> ends = new ArrayList<>();
        exploreInto(List.of(count("canary", 1, 100), count("rest", 2, 50)), 3, 0, false, false, ends::add);
        exploreInto(List.of(count("canary", 1, 100), count("rest", 2, 50)), 3, 100, false, false, ends::add);

        assertThat(ends).isNotEmpty().allSatisfy(world -> {
            if (world.rollout().state() instanceof RolloutState.Running) {
                Wave running = world.rollout().waves().stream()
                        .filter(wave -> wave.state() == Wave.State.RUNNING)
                        .findFirst()
                        .orElseThrow();
                assertThat(running.holdReason()).contains("were reached");
                assertThat(running.tally().unreached()).isPositive();
            } else {
                assertThat(world.rollout().state().kind()).isIn(RolloutState.Kind.PAUSED, RolloutState.Kind.COMPLETED);
            }
        });
    }

    private static WavePlan count(String name, int devices, int successPercent) {
        return new WavePlan(name, new WavePlan.Share.Count(devices), successPercent, 1);
    }

    private static int explore(List<WavePlan> plans, int devices, int maxFailurePercent, boolean people) {
        return exploreInto(plans, devices, maxFailurePercent, people, false, world -> {});
    }

    /** Returns how many worlds there are; {@code ends} gets those that no event of devices or clock changes. */
    private static int exploreInto(
            List<WavePlan> plans,
            int devices,
            int maxFailurePercent,
            boolean people,
            boolean blocks,
            Consumer<World> ends) {
        List<Wave> waves = WavePlan.waves(plans, devices);
        int[] waveOf = waves.stream()
                .flatMapToInt(wave -> IntStream.range(0, wave.size()).map(i -> wave.index()))
                .toArray();
        World first = new World(
                new Rollout(new RolloutState.Ready(), waves, maxFailurePercent),
                IntStream.range(0, devices)
                        .<DeviceState>mapToObj(i -> new DeviceState.Waiting())
                        .toList());
        if (!people) {
            first = new World(decide(first.rollout(), new Rollout.Event.Start(), T0), first.devices());
        }
        Set<World> seen = new HashSet<>();
        Deque<World> queue = new ArrayDeque<>();
        queue.add(first);
        seen.add(first);
        while (!queue.isEmpty()) {
            World world = queue.remove();
            checkState(world, waveOf);
            List<World> successors = successors(world, waveOf, people, blocks);
            for (World next : successors) {
                checkStep(world, next, waveOf);
                if (seen.add(next)) {
                    queue.add(next);
                }
            }
            if (successors.stream().allMatch(world::equals)) {
                ends.accept(world);
            }
        }
        return seen.size();
    }

    private static List<World> successors(World world, int[] waveOf, boolean people, boolean blocks) {
        List<World> next = new ArrayList<>();
        for (Instant now : List.of(T0, LATER)) {
            next.add(new World(decide(world.rollout(), new Rollout.Event.Evaluate(), now), world.devices()));
        }
        if (people) {
            for (Rollout.Event event : List.of(
                    new Rollout.Event.Start(),
                    new Rollout.Event.Pause("a person"),
                    new Rollout.Event.Resume(),
                    new Rollout.Event.Approve(world.rollout().waves().size() - 1),
                    new Rollout.Event.Supersede(OTHER),
                    new Rollout.Event.Abort())) {
                next.add(new World(decide(world.rollout(), event, T0), world.devices()));
            }
        }
        for (int device = 0; device < waveOf.length; device++) {
            Wave wave = world.rollout().waves().get(waveOf[device]);
            // In a wave that has passed wait those that were blocked before.
            boolean mayStart = world.rollout().state() instanceof RolloutState.Running
                    && (wave.state() == Wave.State.RUNNING || wave.state() == Wave.State.PASSED);
            if (mayStart) {
                next.add(moved(world, waveOf, device, new DeviceStep.Start(2, T0)));
            }
            if (blocks) {
                if (mayStart) {
                    next.add(moved(world, waveOf, device, new DeviceStep.Block("image older")));
                }
                if (world.devices().get(device) instanceof DeviceState.Blocked
                        && world.rollout().on(new Rollout.Event.Unblock(), T0)
                                instanceof Rollout.Decision.Accepted accepted) {
                    next.add(moved(
                            new World(accepted.next(), world.devices()), waveOf, device, new DeviceStep.Unblock()));
                }
            }
            for (Outcome outcome : List.of(
                    new Outcome.Pending(),
                    new Outcome.Held("a window"),
                    new Outcome.Done(),
                    new Outcome.Broken("HealthCheckFailed", "no network"))) {
                next.add(moved(world, waveOf, device, new DeviceStep.Report(1, outcome, T0)));
                next.add(moved(world, waveOf, device, new DeviceStep.Report(2, outcome, T0)));
            }
            next.add(moved(world, waveOf, device, new DeviceStep.Elapse(LATER)));
            if (people) {
                next.add(moved(world, waveOf, device, new DeviceStep.Supersede(OTHER)));
            }
            if (wave.state() == Wave.State.STOPPED) {
                next.add(moved(world, waveOf, device, new DeviceStep.Cancel()));
            }
        }
        return next;
    }

    private static World moved(World world, int[] waveOf, int device, DeviceStep step) {
        DeviceState from = world.devices().get(device);
        DeviceState to = DeviceStep.apply(from, step, DEADLINE);
        List<DeviceState> devices = new ArrayList<>(world.devices());
        devices.set(device, to);
        Wave wave = world.rollout().waves().get(waveOf[device]);
        return new World(
                world.rollout().with(wave.with(wave.tally().move(from.kind(), to.kind()))), List.copyOf(devices));
    }

    private static Rollout decide(Rollout rollout, Rollout.Event event, Instant now) {
        return switch (rollout.on(event, now)) {
            case Rollout.Decision.Accepted accepted -> accepted.next();
            case Rollout.Decision.Refused refused -> rollout;
        };
    }

    private static void checkState(World world, int[] waveOf) {
        for (Wave wave : world.rollout().waves()) {
            for (Kind kind : Kind.values()) {
                long counted = IntStream.range(0, waveOf.length)
                        .filter(i -> waveOf[i] == wave.index()
                                && world.devices().get(i).kind() == kind)
                        .count();
                assertThat((long) wave.tally().of(kind))
                        .as("%s of %s", kind, world)
                        .isEqualTo(counted);
            }
            boolean laterMoved = IntStream.range(0, waveOf.length)
                    .anyMatch(i -> waveOf[i] > wave.index()
                            && wasHandedOut(world.devices().get(i)));
            if (laterMoved) {
                assertThat(wave.state())
                        .as("a device moved before wave %s passed: %s", wave.index(), world)
                        .isIn(Wave.State.PASSED);
            }
        }
        if (world.rollout().state() instanceof RolloutState.Completed) {
            assertThat(world.devices())
                    .as("a device was forgotten: %s", world)
                    .noneMatch(device -> device instanceof DeviceState.Waiting);
            assertThat(world.rollout().waves()).allMatch(wave -> wave.state() == Wave.State.PASSED);
        }
    }

    private static void checkStep(World before, World after, int[] waveOf) {
        for (int i = 0; i < after.rollout().waves().size(); i++) {
            Wave old = before.rollout().waves().get(i);
            Wave now = after.rollout().waves().get(i);
            int index = i;
            if (old.state() != Wave.State.PASSED && now.state() == Wave.State.PASSED) {
                List<DeviceState> members = IntStream.range(0, waveOf.length)
                        .filter(d -> waveOf[d] == index)
                        .mapToObj(d -> before.devices().get(d))
                        .toList();
                checkGateWasRight(now, members, before.rollout().maxFailurePercent());
                assertThat(now.gates().soak().isZero()
                                || old.heldSince().isPresent()
                                || old.tally().eligible() == 0)
                        .as("passed without a soak: %s", before)
                        .isTrue();
            }
            if (now.state() == Wave.State.RUNNING && now.tally().eligible() > 0) {
                assertThat(now.awaitsApproval())
                        .as("opened without approval: %s", before)
                        .isFalse();
            }
            if (now.state() == Wave.State.RUNNING && i > 0) {
                assertThat(after.rollout().waves().subList(0, i)).allMatch(w -> w.state() == Wave.State.PASSED);
            }
        }
        if ((before.rollout().state() instanceof RolloutState.Completed && !wasUnblocked(before, after))
                || before.rollout().state() instanceof RolloutState.Aborted) {
            assertThat(after.rollout().state()).isEqualTo(before.rollout().state());
        }
    }

    private static boolean wasUnblocked(World before, World after) {
        return IntStream.range(0, before.devices().size())
                .anyMatch(i -> before.devices().get(i) instanceof DeviceState.Blocked
                        && after.devices().get(i) instanceof DeviceState.Waiting);
    }

    /** The gate once more, written from its words and on the devices, not on the counters. */
    private static void checkGateWasRight(Wave wave, List<DeviceState> members, int maxFailurePercent) {
        long mine = members.stream()
                .filter(d -> !(d instanceof DeviceState.Superseded) && !(d instanceof DeviceState.Cancelled))
                .count();
        long failed =
                members.stream().filter(DeviceState.Failed.class::isInstance).count();
        long succeeded =
                members.stream().filter(DeviceState.Succeeded.class::isInstance).count();
        long unreached =
                members.stream().filter(DeviceState.Unreached.class::isInstance).count();
        long blocked =
                members.stream().filter(DeviceState.Blocked.class::isInstance).count();
        long heard = members.stream()
                .filter(d -> Arrays.asList(Kind.ACCEPTED, Kind.SUCCEEDED, Kind.FAILED)
                        .contains(d.kind()))
                .count();
        long freshFailures = failed - Math.min(failed, wave.tolerated());
        assertThat(freshFailures * 100).as("error gate: %s", members).isLessThanOrEqualTo(maxFailurePercent * mine);
        assertThat(succeeded * 100)
                .as("success gate: %s", members)
                .isGreaterThanOrEqualTo(wave.gates().successPercent()
                        * (mine - unreached - blocked - Math.min(failed, wave.tolerated())));
        assertThat(heard)
                .as("reached: %s", members)
                .isGreaterThanOrEqualTo(Math.min(wave.gates().minReached(), mine));
        assertThat(members).as("handed out whole").noneMatch(DeviceState.Waiting.class::isInstance);
    }

    private static boolean wasHandedOut(DeviceState state) {
        return switch (state.kind()) {
            case STARTED, ACCEPTED, UNREACHED, SUCCEEDED, FAILED -> true;
            case WAITING, SUPERSEDED, CANCELLED, BLOCKED -> false;
        };
    }
}
