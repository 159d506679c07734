package dev.muster.control.impact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.impact.ImpactCalculator.Group;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.UserSelector;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.permissions.PermissionReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ImpactCalculatorTest {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final PlatformTraits OPENHARMONY =
            new PlatformTraits(PlatformTraits.Platform.OPENHARMONY, false, false);
    private static final Role ROLE = Role.of("films", Set.of(CAMERA));
    private static final Binding BINDING =
            Binding.of("all", List.of("films"), AppSelector.ALL, DeviceSelector.EVERYWHERE);
    private static final PolicySnapshot GRANTING = PolicySnapshot.of(1, List.of(ROLE, BINDING));

    private final ImpactCalculator calculator = new ImpactCalculator();

    @Test
    void countsDevicesNotProfiles() {
        PolicySnapshot denying =
                PolicySnapshot.of(2, List.of(ROLE, BINDING, GuardRail.denying("stop", Set.of(CAMERA))));
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            groups.add(
                    new Group(profile("com.app" + i % 10, "site-" + i), "", PlatformTraits.LINUX, List.of(), 1, 2_000));
        }

        ImpactCalculator.Result result = calculator.between(version -> GRANTING, denying, groups);

        assertThat(result.devices()).isEqualTo(100_000);
        assertThat(result.profiles()).isEqualTo(50);
        assertThat(result.changedDevices()).isEqualTo(100_000);
        assertThat(result.changes()).hasSize(10).allSatisfy(change -> {
            assertThat(change.devices()).isEqualTo(10_000);
            assertThat(change.key().before()).isEqualTo(new Decided(true, "role", null));
            assertThat(change.key().after()).isEqualTo(new Decided(false, "guard-rail", null));
            assertThat(change.byLevel()).isEqualTo(Map.of("enforced-at-verify", 10_000L));
            assertThat(change.revoked()).hasSize(5);
        });
    }

    @Test
    void tellsWhereNothingWillBringAChangeAbout() {
        List<Group> groups = List.of(
                new Group(profile("com.app", ""), "", PlatformTraits.LINUX, List.of(), 1, 3),
                new Group(profile("com.app", ""), "", OPENHARMONY, List.of(), 1, 4));

        ImpactCalculator.Result result = calculator.between(version -> GRANTING, PolicySnapshot.empty(2), groups);

        assertThat(result.changes())
                .singleElement()
                .extracting(ImpactCalculator.Change::byLevel)
                .isEqualTo(Map.of("enforced-at-verify", 3L, "observed-only", 4L));
        assertThat(result.notEnforceable()).isEqualTo(4);
    }

    @Test
    void whatDevicesFoundByTryingCountsMoreThanWhatTheirTraitsPredict() {
        PermissionReport.Level removable =
                new PermissionReport.Level("com.app", CAMERA, "enforced-by-os", Optional.of("app-removal"));
        PermissionReport.Level impossible =
                new PermissionReport.Level("com.app", CAMERA, "impossible", Optional.empty());
        List<Group> groups = List.of(
                new Group(profile("com.app", ""), "", OPENHARMONY, List.of(removable), 1, 4),
                new Group(profile("com.app", ""), "", PlatformTraits.LINUX, List.of(impossible), 1, 3),
                new Group(profile("com.app", ""), "", PlatformTraits.LINUX, List.of(), 1, 2));

        ImpactCalculator.Result result = calculator.between(version -> GRANTING, PolicySnapshot.empty(2), groups);

        assertThat(result.changes())
                .singleElement()
                .extracting(ImpactCalculator.Change::byLevel)
                .isEqualTo(Map.of("enforced-by-os", 4L, "impossible", 3L, "enforced-at-verify", 2L));
        assertThat(result.notEnforceable()).isEqualTo(3);
        assertThat(result.changes().getFirst().revoked().keySet())
                .as("groups where a revoke ends processes")
                .containsExactlyInAnyOrder(groups.get(0), groups.get(2));
    }

    @Test
    void looksFromTheVersionThatAGroupHolds() {
        List<Group> groups = List.of(
                new Group(profile("com.app", ""), "", PlatformTraits.LINUX, List.of(), 0, 5),
                new Group(profile("com.app", ""), "", PlatformTraits.LINUX, List.of(), 1, 7));

        ImpactCalculator.Result result = calculator.between(
                version -> version == 0 ? PolicySnapshot.empty(0) : GRANTING, GRANTING.withVersion(2), groups);

        assertThat(result.changedDevices()).isEqualTo(5);
        assertThat(result.changes())
                .singleElement()
                .extracting(change -> change.key().before().reason())
                .isEqualTo("no-policy");
    }

    @Test
    void seesACapabilityOnTheDeviceItNamesAlone() {
        Capability capability = new Capability(
                "repair",
                "",
                new TreeSet<>(Set.of(CAMERA)),
                AppSelector.ALL,
                new DeviceSelector.Ids(new TreeSet<>(Set.of("press-1"))),
                UserSelector.ALL,
                Condition.ALWAYS,
                Optional.empty(),
                Instant.parse("2030-01-01T00:00:00Z"),
                Optional.empty());
        List<Group> groups = List.of(
                new Group(profile("com.app", ""), "press-1", PlatformTraits.LINUX, List.of(), 1, 1),
                new Group(profile("com.app", ""), "", PlatformTraits.LINUX, List.of(), 1, 9));

        ImpactCalculator.Result result = calculator.between(
                version -> PolicySnapshot.empty(1), PolicySnapshot.of(2, List.of(capability)), groups);

        assertThat(result.changedDevices()).isEqualTo(1);
        assertThat(result.changes()).singleElement().satisfies(change -> {
            assertThat(change.key().after().granted()).isTrue();
            assertThat(change.key().after().reason()).isEqualTo("capability");
            assertThat(change.key().after().condition()).contains("2030-01-01");
        });
    }

    @Test
    void anotherReasonForTheSameDenialIsNoChange() {
        PolicySnapshot unrelated = PolicySnapshot.of(
                2,
                List.of(
                        Role.of("talks", Set.of("ohos.permission.MICROPHONE")),
                        Binding.of("all", List.of("talks"), AppSelector.ALL, DeviceSelector.EVERYWHERE)));

        ImpactCalculator.Result result = calculator.between(
                version -> PolicySnapshot.empty(1),
                unrelated,
                List.of(new Group(profile("com.app", ""), "", PlatformTraits.LINUX, List.of(), 1, 9)));

        assertThat(result.changes()).isEmpty();
        assertThat(result.changedDevices()).isZero();
    }

    private static DeviceProfile profile(String bundle, String site) {
        return DeviceProfile.of(
                DeviceAttributes.of(site, Set.of(), "", Set.of(), "", Set.of()),
                List.of(AppInstance.of(AppKey.of(bundle), Apl.NORMAL, Set.of(CAMERA))));
    }
}
