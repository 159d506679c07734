package dev.muster.control.permissions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.permissions.Overlay.InForce;
import dev.muster.control.permissions.Overlay.Urgent;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.UserSelector;
import dev.muster.policy.model.Zone;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OverlayTest {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String MICROPHONE = "ohos.permission.MICROPHONE";
    private static final Role ROLE = Role.of("films", Set.of(CAMERA, MICROPHONE));
    private static final Binding BINDING =
            Binding.of("all", List.of("films"), AppSelector.ALL, DeviceSelector.EVERYWHERE);

    @Test
    void leavesAVersionAloneThatNothingChanges() {
        PolicySnapshot version = PolicySnapshot.of(3, List.of(ROLE, BINDING, denying(CAMERA)));

        InForce inForce = Overlay.on(version, List.of(enforced(denying(CAMERA), null), new Urgent.Revoked("unknown")));

        assertThat(inForce.snapshot()).isEqualTo(version);
        assertThat(inForce.overlay()).isEmpty();
    }

    @Test
    void addsAGuardRailAndKeepsTheVersionsOwnOfThatName() {
        PolicySnapshot version = PolicySnapshot.of(3, List.of(ROLE, BINDING, denying(CAMERA)));

        InForce inForce = Overlay.on(version, List.of(enforced(denying(MICROPHONE), null)));

        assertThat(inForce.snapshot().guardRails())
                .extracting(GuardRail::name, rail -> rail.deny().first())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("stop", MICROPHONE),
                        org.assertj.core.groups.Tuple.tuple("stop-v3", CAMERA));
        assertThat(inForce.snapshot().version()).isEqualTo(3);
        assertThat(inForce.overlay()).hasSize(64);
    }

    @Test
    void liesOnlyOnVersionsBeforeTheOneThatAbsorbedIt() {
        Urgent.Enforced absorbed = enforced(denying(CAMERA), 5L);

        assertThat(Overlay.on(PolicySnapshot.of(4, List.of(ROLE)), List.of(absorbed))
                        .overlay())
                .isNotEmpty();
        assertThat(Overlay.on(PolicySnapshot.of(5, List.of(ROLE)), List.of(absorbed))
                        .overlay())
                .isEmpty();
        assertThat(Overlay.on(PolicySnapshot.of(6, List.of(ROLE)), List.of(absorbed))
                        .overlay())
                .isEmpty();
    }

    @Test
    void bringsTheZonesItsConditionAsksForWithoutMovingTheVersionsOwn() {
        Zone hall = zone("beacon-now");
        GuardRail rail = new GuardRail(
                "stop",
                "",
                denying(CAMERA).deny(),
                Optional.empty(),
                denying(CAMERA).denyAfterLease(),
                AppSelector.ALL,
                DeviceSelector.EVERYWHERE,
                UserSelector.ALL,
                new Condition.Not(new Condition.Fact(FactKind.ZONE, "hall")));
        Urgent.Enforced change = new Urgent.Enforced(rail, Map.of("hall", hall), Map.of(), "d", null);

        PolicySnapshot without =
                Overlay.on(PolicySnapshot.of(1, List.of(ROLE)), List.of(change)).snapshot();
        PolicySnapshot other = Overlay.on(PolicySnapshot.of(1, List.of(ROLE, zone("beacon-then"))), List.of(change))
                .snapshot();
        PolicySnapshot same = Overlay.on(PolicySnapshot.of(1, List.of(ROLE, hall)), List.of(change))
                .snapshot();

        assertThat(without.zones()).containsExactly(hall);
        assertThat(same.zones()).containsExactly(hall);
        assertThat(other.zones()).extracting(Zone::name).containsExactly("hall", "hall-now");
        assertThat(other.facts()).containsExactly(new Condition.Fact(FactKind.ZONE, "hall-now"));
    }

    @Test
    void takesARevokedCapabilityOut() {
        Capability capability = new Capability(
                "night",
                "",
                new TreeSet<>(Set.of(CAMERA)),
                AppSelector.ALL,
                DeviceSelector.EVERYWHERE,
                UserSelector.ALL,
                Condition.ALWAYS,
                Optional.empty(),
                Instant.parse("2027-01-01T00:00:00Z"),
                Optional.empty());

        InForce inForce =
                Overlay.on(PolicySnapshot.of(2, List.of(ROLE, capability)), List.of(new Urgent.Revoked("night")));

        assertThat(inForce.snapshot().capabilities()).isEmpty();
        assertThat(inForce.overlay()).isNotEmpty();
    }

    @Test
    void givesEqualChangesEqualDigestsAndOthersOthers() {
        PolicySnapshot version = PolicySnapshot.of(2, List.of(ROLE));

        String one =
                Overlay.on(version, List.of(enforced(denying(CAMERA), null))).overlay();

        assertThat(Overlay.on(version, List.of(enforced(denying(CAMERA), 7L))).overlay())
                .isEqualTo(one);
        assertThat(Overlay.on(version, List.of(enforced(denying(MICROPHONE), null)))
                        .overlay())
                .isNotEqualTo(one);
    }

    private static GuardRail denying(String permission) {
        return GuardRail.denying("stop", Set.of(permission));
    }

    private static Urgent.Enforced enforced(GuardRail rail, @Nullable Long absorbedBy) {
        return new Urgent.Enforced(
                rail, Map.of(), Map.of(), Overlay.sha256(rail.deny().toString()), absorbedBy);
    }

    private static Zone zone(String tag) {
        return new Zone("hall", "", Optional.empty(), new TreeSet<>(Set.of(tag)));
    }
}
