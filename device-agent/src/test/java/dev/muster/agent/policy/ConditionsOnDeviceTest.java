package dev.muster.agent.policy;

import static dev.muster.agent.policy.PolicyDevice.CAMERA;
import static dev.muster.agent.policy.PolicyDevice.PUMP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.Zone;
import dev.muster.protocol.permissions.PermissionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConditionsOnDeviceTest {
    @TempDir
    Path directory;

    private PolicyDevice device;

    @BeforeEach
    void powerOn() throws IOException {
        device = new PolicyDevice(directory);
        device.time.contact(Optional.empty());
    }

    @Test
    void aStateThatThePlatformReportsGrantsWhileItLasts() throws IOException {
        device.install(PolicyDevice.cameraWhile(1, "", new Condition.Fact(FactKind.STATE, "docked")));
        assertThat(reason()).isEqualTo(Reason.CONDITION);

        situation("{\"states\":[\"docked\"]}");
        assertThat(reason()).isEqualTo(Reason.ROLE);

        situation("{\"states\":[\"driving\"]}");
        assertThat(reason()).isEqualTo(Reason.CONDITION);

        situation("no json");
        assertThat(reason()).isEqualTo(Reason.CONDITION);
    }

    @Test
    void aZoneHoldsByPositionOrByTag() throws IOException {
        Zone pit = new Zone(
                "pit",
                "",
                Optional.of(new Zone.Area.Circle(new Zone.Point(51.5, 7), 500)),
                new TreeSet<>(Set.of("gate-3")));
        device.install(PolicyDevice.cameraWhile(1, "", new Condition.Fact(FactKind.ZONE, "pit"), pit));

        situation("{\"position\":{\"latitude\":51.501,\"longitude\":7.001}}");
        assertThat(reason()).isEqualTo(Reason.ROLE);

        situation("{\"position\":{\"latitude\":51.6,\"longitude\":7}}");
        assertThat(reason()).isEqualTo(Reason.CONDITION);

        situation("{\"locationTags\":[\"gate-3\"]}");
        assertThat(reason()).isEqualTo(Reason.ROLE);
    }

    @Test
    void hoursAreThoseOfTheSite() throws IOException {
        // 08:00 UTC is 09:00 in Berlin in November.
        device.install(PolicyDevice.cameraWhile(1, "Europe/Berlin", new Condition.Minutes(9 * 60, 10 * 60)));

        assertThat(reason()).isEqualTo(Reason.ROLE);
        device.pass(Duration.ofHours(1));
        assertThat(reason()).isEqualTo(Reason.CONDITION);
    }

    @Test
    void thePlatformsTableFollowsAndThatIsNoDrift() throws IOException {
        device.install(PolicyDevice.cameraWhile(1, "", new Condition.Fact(FactKind.STATE, "docked")));
        assertThat(device.cell(CAMERA)).isEqualTo("denied");

        situation("{\"states\":[\"docked\"]}");
        device.policy.look();
        assertThat(device.cell(CAMERA)).isEqualTo("granted");

        situation("{}");
        device.policy.look();
        assertThat(device.cell(CAMERA)).isEqualTo("denied");
        List<PermissionEvent> told = device.takeEvents();
        assertThat(told).noneMatch(PermissionEvent.Drift.class::isInstance);
    }

    @Test
    void tellsWhatHoldsOfAllThatThePolicyAsksAboutWheneverItChanges() throws IOException {
        device.install(PolicyDevice.cameraWhile(1, "", new Condition.Fact(FactKind.STATE, "docked")));
        device.policy.look();
        assertThat(facts()).containsExactly(List.of());

        // What the policy does not ask about is nobody's business.
        situation("{\"states\":[\"docked\",\"hot\"],\"groups\":[\"shift-a\"],\"network\":\"plant\"}");
        device.pass(Duration.ofMinutes(1));
        device.policy.look();
        device.pass(Duration.ofMinutes(1));
        device.policy.look();
        assertThat(facts()).containsExactly(List.of("state/docked"));

        // On the border of a zone: told once a minute at most, and then what is.
        for (int i = 0; i < 10; i++) {
            situation(i % 2 == 0 ? "{}" : "{\"states\":[\"docked\"]}");
            device.pass(Duration.ofSeconds(2));
            device.policy.look();
        }
        situation("{}");
        device.pass(Duration.ofMinutes(1));
        device.policy.look();
        assertThat(facts()).hasSizeBetween(1, 2).last().isEqualTo(List.of());
    }

    @Test
    void aPolicyThatAsksForTimeAloneIsToldNothing() throws IOException {
        device.install(PolicyDevice.cameraWhile(1, "Europe/Berlin", new Condition.Minutes(9 * 60, 10 * 60)));

        situation("{\"states\":[\"docked\"]}");
        device.policy.look();

        assertThat(facts()).isEmpty();
    }

    private List<List<String>> facts() {
        return device.takeEvents().stream()
                .filter(PermissionEvent.Situation.class::isInstance)
                .map(event -> ((PermissionEvent.Situation) event).facts())
                .toList();
    }

    private Reason reason() {
        return device.policy.verify(PUMP, CAMERA).verdict().reason();
    }

    private void situation(String text) throws IOException {
        Files.writeString(device.device("situation.json"), text);
    }
}
