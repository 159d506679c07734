package dev.muster.control.usage;

import static dev.muster.control.testing.FleetApi.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PermissionFleet;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.permissions.PermissionEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts of use, and what follows from them. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class UsageIT {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String MICROPHONE = "ohos.permission.MICROPHONE";
    private static final String BUNDLE = "com.use.app";
    private static final PermissionEvent.App APP = PermissionEvent.App.of(BUNDLE);

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    KafkaClients kafka;

    @Inject
    TenantTransactions transactions;

    @Inject
    UsageKeeper keeper;

    @TempDir
    Path directory;

    private PermissionFleet fleet;

    @BeforeEach
    void open() {
        fleet = new PermissionFleet(server.port(), authority, kafka, directory, "use");
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void countsAddUpAndAReplayAddsNothing() throws Exception {
        FleetDevice device = fleet.enrol("use-1");
        Instant now = Clock.systemUTC().instant();
        DeviceEvent first = usage(CAMERA, 3, 1, now.minusSeconds(1800));
        device.event(first);
        device.event(usage(CAMERA, 2, 0, now.minusSeconds(900)));
        device.event(first);
        device.event(new DeviceEvent("permission.usage", now, Map.of("app", BUNDLE)));
        device.event(usage(MICROPHONE, 0, 5, now));

        await().atMost(PermissionFleet.SOON)
                .untilAsserted(() -> get("/policy/usage?device=use-1").body("items", hasSize(2)));

        get("/policy/usage?device=use-1&permission=" + CAMERA)
                .body("items[0].granted", equalTo(5))
                .body("items[0].denied", equalTo(1))
                .body("items[0].bundle", equalTo(BUNDLE));
        get("/policy/usage?device=use-1&limit=1&permission=" + MICROPHONE).body("items[0].lastGranted", equalTo(null));
        String next = get("/policy/usage?device=use-1&limit=1").extract().path("next");
        get("/policy/usage?device=use-1&limit=1&cursor=" + next)
                .body("items", hasSize(1))
                .body("next", equalTo(null));
        get("/policy/usage?device=nowhere").statusCode(404);
    }

    @Test
    void aDeviceThatSaysTheImpossibleStopsNobodyBehindIt() throws Exception {
        FleetDevice liar = fleet.enrol("use-7");
        Instant now = Clock.systemUTC().instant();
        PermissionEvent.Interval never = new PermissionEvent.Interval(Instant.MIN, Instant.MAX);
        liar.event(new PermissionEvent.Usage(PermissionEvent.App.of("a".repeat(5_000)), CAMERA, interval(now), 1, 0)
                .at(now));
        liar.event(new PermissionEvent.Usage(APP, CAMERA, never, 999_999_999_999_999_999L, 0).at(now.plusMillis(1)));
        for (int i = 0; i < 20; i++) {
            liar.event(new PermissionEvent.Usage(APP, CAMERA, interval(now), 999_999_999_999_999_999L, 0)
                    .at(now.plusMillis(2 + i)));
        }
        liar.event(new DeviceEvent("lifecycle.started", Instant.MAX, Map.of()));
        liar.event(new DeviceEvent("lifecycle.started", now, Map.of("text", "\0")));
        liar.event(usage(MICROPHONE, 1, 0, now));

        await().atMost(PermissionFleet.SOON)
                .untilAsserted(() -> get("/policy/usage?device=use-7").body("items.permission", hasItem(MICROPHONE)));

        get("/policy/usage?device=use-7&permission=" + CAMERA).body("items", hasSize(1));
    }

    @Test
    void suggestsOnlyWhatSilenceReallyMeans() throws Exception {
        fleet.bind("use", BUNDLE, CAMERA, MICROPHONE);
        FleetDevice told = fleet.enrol("use-2");
        FleetDevice silent = fleet.enrol("use-3");
        for (FleetDevice device : List.of(told, silent)) {
            device.manifest(PermissionFleet.app(BUNDLE, CAMERA, MICROPHONE));
        }
        long version = fleet.publish();
        for (FleetDevice device : List.of(told, silent)) {
            fleet.hold(device, version);
            device.event(usage(CAMERA, 1, 0, Clock.systemUTC().instant()));
        }
        await().atMost(PermissionFleet.SOON)
                .untilAsserted(() -> get("/policy/usage?device=use-3").body("items", hasSize(1)));
        assertThat(suggested()).as("nobody was there for ten days").isEmpty();
        transactions.run(TenantId.DEFAULT, handle -> {
            for (String sql : List.of(
                    "update device_app set since = since - interval '20 days' where bundle = '" + BUNDLE + "'",
                    "update device_policy_history set from_at = from_at - interval '20 days' "
                            + "where device in ('use-2', 'use-3') and to_at is null",
                    "delete from device_policy_history where device in ('use-2', 'use-3') and to_at is not null",
                    "update usage_coverage set days = -1 where device = 'use-2'")) {
                handle.execute(sql);
            }
        });

        get("/policy/usage/suggestions?days=10")
                .statusCode(200)
                .body("items.findAll { it.bundle == '" + BUNDLE + "' }", hasSize(1))
                .body("items.find { it.bundle == '" + BUNDLE + "' }.permission", equalTo(MICROPHONE))
                .body("items.find { it.bundle == '" + BUNDLE + "' }.devices", equalTo(1))
                .body("items.find { it.bundle == '" + BUNDLE + "' }.role", equalTo("use"))
                .body("items.find { it.bundle == '" + BUNDLE + "' }.wholeRole", equalTo(true))
                .body(
                        "items.find { it.bundle == '" + BUNDLE + "' }.diff",
                        containsString("+  permissions: [ohos.permission.CAMERA]"));
        told.event(
                new PermissionEvent.UsageDropped(7, interval(Clock.systemUTC().instant()))
                        .at(Clock.systemUTC().instant()));
        await().atMost(PermissionFleet.SOON)
                .untilAsserted(() -> assertThat(suggested()).isEmpty());
        get("/policy/usage/suggestions?days=61").statusCode(400);
    }

    @Test
    void shadowResultsAreSummedByAppAndPermission() throws Exception {
        FleetDevice one = fleet.enrol("use-4");
        FleetDevice two = fleet.enrol("use-5");
        Instant now = Clock.systemUTC().instant();
        for (FleetDevice device : List.of(one, two)) {
            DeviceEvent event = new PermissionEvent.Shadow(
                            APP, CAMERA, true, false, "role", "not-in-role", 4, interval(now), 900)
                    .at(now);
            device.event(event);
            device.event(event);
        }

        await().atMost(PermissionFleet.SOON).untilAsserted(() -> get("/policy/shadow")
                .body("version", equalTo(900))
                .body("active", equalTo(false))
                .body("disagreements[0].bundle", equalTo(BUNDLE))
                .body("disagreements[0].live", equalTo("granted"))
                .body("disagreements[0].shadowReason", equalTo("not-in-role"))
                .body("disagreements[0].count", equalTo(8))
                .body("disagreements[0].devices", equalTo(2)));
    }

    @Test
    void countsOfLongAgoAreForgotten() throws Exception {
        FleetDevice device = fleet.enrol("use-6");
        device.event(usage(CAMERA, 1, 0, Clock.systemUTC().instant().minusSeconds(86_400L * 500)));
        device.event(usage(MICROPHONE, 1, 0, Clock.systemUTC().instant()));
        await().atMost(PermissionFleet.SOON)
                .untilAsserted(() -> get("/policy/usage?device=use-6").body("items", hasSize(2)));

        keeper.forget(TenantId.DEFAULT);

        get("/policy/usage?device=use-6").body("items", hasSize(1)).body("items.permission", hasItem(MICROPHONE));
    }

    private static List<String> suggested() {
        return get("/policy/usage/suggestions?days=10")
                .statusCode(200)
                .extract()
                .path("items.findAll { it.bundle == '" + BUNDLE + "' }.permission");
    }

    private static PermissionEvent.Interval interval(Instant to) {
        return new PermissionEvent.Interval(to.minusSeconds(900), to);
    }

    private static DeviceEvent usage(String permission, long granted, long denied, Instant to) {
        return new PermissionEvent.Usage(APP, permission, interval(to), granted, denied).at(to);
    }
}
