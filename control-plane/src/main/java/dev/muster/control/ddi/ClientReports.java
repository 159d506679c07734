package dev.muster.control.ddi;

import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.DeviceSummary;
import dev.muster.control.reported.ReportedService;
import dev.muster.control.reported.StoredReport;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Says in the words of reports what clients say of actions; rollouts then hear what they hear of every device. */
@Singleton
final class ClientReports {
    private final ReportedService reported;
    private final DesiredService desired;
    private final DeviceService devices;
    private final ActionStore actions;
    private final Clock clock;

    ClientReports(
            ReportedService reported, DesiredService desired, DeviceService devices, ActionStore actions, Clock clock) {
        this.reported = reported;
        this.desired = desired;
        this.devices = devices;
        this.actions = actions;
        this.clock = clock;
    }

    /** What the device said so far of its targets. */
    List<TargetCondition> conditions(Handle handle, DeviceRef device) {
        return reported.report(handle, device.device())
                .map(StoredReport::targets)
                .orElse(List.of());
    }

    /** How the targets of one action stand. */
    record Said(ConditionState state, String reason, String message) {}

    /** Reports all targets of the action; what was said of others stays. */
    void say(Handle handle, DeviceRef device, DdiAction action, Said said) {
        Set<TargetName> names = new HashSet<>();
        List<TargetCondition> conditions = new ArrayList<>();
        for (DdiAction.Target target : action.targets()) {
            names.add(target.name());
            conditions.add(new TargetCondition(
                    target.name(),
                    said.state(),
                    clock.instant(),
                    said.state() == ConditionState.COMMITTED || target.delivered() ? 100 : 0,
                    said.reason(),
                    said.message(),
                    target.version(),
                    Optional.of(target.sha256())));
        }
        conditions(handle, device).stream()
                .filter(known -> !names.contains(known.name()))
                .forEach(conditions::add);
        put(handle, device, action.generation(), conditions);
        if (said.state() == ConditionState.COMMITTED) {
            action.targets().stream()
                    .filter(target -> target.name() instanceof TargetName.Image)
                    .findFirst()
                    .ifPresent(image -> runs(handle, device, image));
        }
    }

    /** Nothing is asked of the device: it has seen its desired state as far as it can. */
    void seen(Handle handle, DeviceRef device, DesiredState state) {
        List<TargetCondition> conditions = new ArrayList<>(conditions(handle, device));
        for (DesiredTarget target : state.targets()) {
            if (target.content() instanceof dev.muster.control.desired.DesiredContent.Absent
                    && Offers.isOffered(target.name())) {
                conditions.removeIf(known -> known.name().equals(target.name()));
                conditions.add(new TargetCondition(
                        target.name(),
                        ConditionState.FAILED,
                        clock.instant(),
                        0,
                        "NotSupported",
                        "DDI has no word for taking something away",
                        "",
                        Optional.empty()));
            }
        }
        put(handle, device, state.generation(), conditions);
    }

    private void put(Handle handle, DeviceRef device, long generation, List<TargetCondition> conditions) {
        long known = reported.report(handle, device.device())
                .map(StoredReport::generation)
                .orElse(0L);
        long newest = desired.read(handle, device.device())
                .map(DesiredState::generation)
                .orElse(generation);
        // An action that no client has seen yet keeps its rollout unheard; without one, all is seen.
        long upTo = actions.open(handle, device.device()).stream()
                .filter(action -> !action.isRetrieved() && action.generation() > generation)
                .mapToLong(action -> action.generation() - 1)
                .min()
                .orElse(newest);
        reported.accept(
                handle,
                device,
                new ReportedState(
                        Math.max(known, Math.max(generation, upTo)), java.util.Map.of(), List.copyOf(conditions)));
    }

    /** There is no signed manifest of such a device: what its client says has to do. */
    private void runs(Handle handle, DeviceRef device, DdiAction.Target image) {
        StoredReport now = reported.report(handle, device.device()).orElseThrow();
        devices.reported(
                handle,
                device,
                new DeviceSummary(
                        now.generation(),
                        now.targets().stream()
                                .allMatch(condition -> condition.state() == ConditionState.COMMITTED
                                        || condition.state() == ConditionState.ABSENT),
                        image.version(),
                        null,
                        null));
    }
}
