package dev.muster.control.rollouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.control.reported.ReportedService;
import dev.muster.control.reported.StoredReport;
import dev.muster.control.rollouts.DeviceState.Kind;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetDevice;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.reported.ReportedState;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Lets tests look at rollouts when the server has done all that it has to do for the moment. Inject it. */
@Singleton
class QuietServer {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final TenantId TENANT = TenantId.DEFAULT;

    private final TenantTransactions transactions;
    private final RolloutStore rollouts;
    private final RolloutDeviceStore rows;
    private final ReportedService reported;
    private final Clock clock;

    QuietServer(
            TenantTransactions transactions,
            RolloutStore rollouts,
            RolloutDeviceStore rows,
            ReportedService reported,
            Clock clock) {
        this.transactions = transactions;
        this.rollouts = rollouts;
        this.rows = rows;
        this.reported = reported;
        this.clock = clock;
    }

    /**
     * The rollout once no time of a device is up, nobody is to start and no gate moves; its counters are those that a count
     * of its devices gives.
     */
    Rollout rollout(String id) {
        RolloutId rollout = new RolloutId(UUID.fromString(id));
        await().pollInterval(OFTEN).atMost(SOON).until(() -> isQuiet(rollout));
        return transactions.in(TENANT, handle -> {
            Rollout now = rollouts.lock(handle, rollout).orElseThrow().progress();
            Map<String, Integer> counted = handle
                    .createQuery("select wave || ' ' || state as what, count(*) as devices from rollout_device "
                            + "where rollout = :rollout group by 1")
                    .bind("rollout", rollout.value())
                    .map((rs, context) -> Map.entry(rs.getString("what"), rs.getInt("devices")))
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            for (Wave wave : now.waves()) {
                for (Kind kind : Kind.values()) {
                    assertThat(wave.tally().of(kind))
                            .as("`%s` in wave `%s`", kind.text(), wave.name())
                            .isEqualTo(counted.getOrDefault(wave.index() + " " + kind.text(), 0));
                }
            }
            return now;
        });
    }

    private boolean isQuiet(RolloutId rollout) {
        return transactions.in(TENANT, handle -> {
            Rollout now = rollouts.lock(handle, rollout).orElseThrow().progress();
            boolean startsNobody = !(now.state() instanceof RolloutState.Running)
                    || rows.toStart(handle, rollout, clock.instant(), 1).isEmpty();
            return startsNobody
                    && rows.due(handle, clock.instant(), 1).isEmpty()
                    && now.on(new Rollout.Event.Evaluate(), clock.instant()).equals(new Rollout.Decision.Accepted(now));
        });
    }

    /** Waits until the server has taken in a report that the device sent, or an equal one. */
    void takenIn(FleetDevice device, ReportedState report) {
        await().pollInterval(OFTEN).atMost(SOON).until(() -> stored(device)
                .filter(stored -> stored.generation() == report.generation()
                        && stored.targets().equals(report.targets()))
                .isPresent());
    }

    /** Sends reports one after the other, each when the one before was taken in. */
    void deliver(FleetDevice device, List<ReportedState> reports) {
        for (ReportedState report : reports) {
            Optional<Instant> before = stored(device).map(StoredReport::at);
            device.report(report);
            await().pollInterval(OFTEN)
                    .atMost(SOON)
                    .until(() -> !stored(device).map(StoredReport::at).equals(before));
        }
    }

    /** Sends a report and waits until it was taken in. */
    void deliver(FleetDevice device, ReportedState report) {
        deliver(device, List.of(report));
    }

    /** What the rollout thinks of a device. */
    DeviceState device(String id, FleetDevice device) {
        return transactions.in(TENANT, handle -> rows.lock(
                        handle, new RolloutId(UUID.fromString(id)), device.ref().device())
                .orElseThrow()
                .state());
    }

    private Optional<StoredReport> stored(FleetDevice device) {
        DeviceId id = device.ref().device();
        return transactions.in(TENANT, handle -> reported.report(handle, id));
    }
}
