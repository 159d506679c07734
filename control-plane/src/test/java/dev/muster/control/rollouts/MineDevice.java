package dev.muster.control.rollouts;

import dev.muster.control.testing.FleetDevice;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.HoldReason;
import dev.muster.protocol.reported.ReportedState;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A device of the simulated mine. It lives in whole hours: it loads an image, waits for its window by the lease it was
 * given, switches in it with or without a link, and tells what it did as soon as it has one. For one thread.
 */
final class MineDevice {
    private static final TargetName IMAGE = new TargetName.Image();

    /** When it is switched off, if ever. */
    enum Sleep {
        NEVER,
        /** From the beginning, for longer than any deadline. */
        FROM_THE_START,
        /** In the middle of its download, for less than the deadline. */
        WHILE_LOADING,
        /** With all loaded, for so long that it may miss its window. */
        WHILE_HELD
    }

    private enum Phase {
        UNAWARE,
        LOADING,
        HELD,
        SWITCHED,
        DONE
    }

    private final FleetDevice device;
    private final Sleep sleep;
    private final RandomGenerator random;
    private Phase phase = Phase.UNAWARE;
    private int loadedAt;
    private int opensAt;
    private int closesAt;
    private int awakeAt;
    private int linkedAt;
    private boolean droppedInWindow;

    MineDevice(FleetDevice device, Sleep sleep, RandomGenerator random) {
        this.device = device;
        this.sleep = sleep;
        this.random = random;
        this.awakeAt = sleep == Sleep.FROM_THE_START ? random.nextInt(34, 51) : 0;
    }

    FleetDevice device() {
        return device;
    }

    Sleep sleep() {
        return sleep;
    }

    /** Whether its link went down while its window was open. */
    boolean droppedInWindow() {
        return droppedInWindow;
    }

    /** Whether it has told that it is done. */
    boolean isDone() {
        return phase == Phase.DONE;
    }

    /** Lives through one hour; what it reported, if anything. */
    Optional<ReportedState> live(int hour) throws Exception {
        if (hour < awakeAt) {
            return Optional.empty();
        }
        if (phase == Phase.HELD && hour >= opensAt && hour < closesAt) {
            return switched(hour);
        }
        if (hour < linkedAt) {
            return Optional.empty();
        }
        return switch (phase) {
            case UNAWARE -> offered(hour);
            case LOADING -> loading(hour);
            case HELD -> hour < closesAt ? Optional.empty() : held(hour);
            case SWITCHED -> committed();
            case DONE -> Optional.empty();
        };
    }

    private Optional<ReportedState> offered(int hour) {
        device.refresh();
        if (device.target(IMAGE).isEmpty()) {
            return Optional.empty();
        }
        phase = Phase.LOADING;
        loadedAt = hour + random.nextInt(1, 3);
        if (sleep == Sleep.WHILE_LOADING) {
            awakeAt = hour + random.nextInt(3, 5);
        }
        return told(ConditionState.OFFERED, "");
    }

    private Optional<ReportedState> loading(int hour) throws Exception {
        return hour < loadedAt ? told(ConditionState.FETCHING, "") : held(hour);
    }

    /** Asks for its window; all that comes then needs no server. */
    private Optional<ReportedState> held(int hour) throws Exception {
        InstallLeases.Window window =
                InstallLeases.fromJson(device.leases()).of(IMAGE).orElseThrow();
        boolean first = phase == Phase.LOADING;
        phase = Phase.HELD;
        // By the hour: the seconds that the server's clock went on by itself are rounded away.
        opensAt = hour + (int) Math.ceilDiv(window.opensIn().toMinutes(), 60);
        closesAt = hour + (int) window.opensIn().plus(window.lasts()).toHours();
        if (first && sleep == Sleep.WHILE_HELD) {
            awakeAt = hour + random.nextInt(8, 12);
        }
        return told(ConditionState.WRITTEN, HoldReason.WINDOW_CLOSED);
    }

    /** Its link may go down before or after it says that it begins, or hold. */
    private Optional<ReportedState> switched(int hour) {
        phase = Phase.SWITCHED;
        return switch (random.nextInt(4)) {
            case 0 -> {
                droppedInWindow = true;
                linkedAt = hour + random.nextInt(7, 12);
                yield Optional.empty();
            }
            case 1 -> {
                droppedInWindow = true;
                linkedAt = hour + random.nextInt(2, 5);
                yield told(ConditionState.ARMED, "");
            }
            default -> committed();
        };
    }

    private Optional<ReportedState> committed() {
        phase = Phase.DONE;
        return told(ConditionState.COMMITTED, "");
    }

    private Optional<ReportedState> told(ConditionState state, String reason) {
        ReportedState report = device.reportOf(state, reason, "");
        device.report(report);
        return Optional.of(report);
    }
}
