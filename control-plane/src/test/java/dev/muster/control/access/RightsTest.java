package dev.muster.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.identity.TenantId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RightsTest {
    @Test
    void nobodyWithoutABindingMayDoAnything() {
        assertThat(rights().hold(Role.VIEWER)).isFalse();
        assertThat(rights().scope(Role.VIEWER).where("d")).isEqualTo(SqlFragment.FALSE);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void everyRoleImpliesViewerAndAdminImpliesAll(Role role) {
        assertThat(rights(allow(role, "")).hold(Role.VIEWER)).isTrue();
        assertThat(rights(allow(Role.ADMIN, "")).hold(role)).isTrue();
    }

    @Test
    void aRoleImpliesNoOtherOne() {
        Rights rights = rights(allow(Role.OPERATOR, ""));

        assertThat(rights.hold(Role.RELEASE_MANAGER)).isFalse();
        assertThat(rights.hold(Role.SECURITY_OFFICER)).isFalse();
        assertThat(rights.hold(Role.ADMIN)).isFalse();
    }

    @Test
    void rightsOfTwoBindingsNeverAddUpAcrossDevices() {
        Rights rights = rights(allow(Role.OPERATOR, "site==north"), allow(Role.RELEASE_MANAGER, "site==south"));

        SqlFragment operator = rights.scope(Role.OPERATOR).where("d");
        SqlFragment viewer = rights.scope(Role.VIEWER).where("d");

        assertThat(operator.binds()).containsValue("north").doesNotContainValue("south");
        assertThat(viewer.binds()).containsValue("north").containsValue("south");
    }

    @Test
    void denyWinsOverEveryAllow() {
        Rights rights = rights(allow(Role.ADMIN, ""), allow(Role.OPERATOR, ""), deny(Role.OPERATOR, "site==north"));

        Scope operator = rights.scope(Role.OPERATOR);

        assertThat(operator.fleetWide()).isFalse();
        assertThat(operator.where("d").sql()).contains("and not");
        assertThat(rights.scope(Role.VIEWER).fleetWide()).isTrue();
    }

    @Test
    void whoMustNotViewMustNotDoAnythingElse() {
        Rights rights = rights(allow(Role.ADMIN, ""), deny(Role.VIEWER, "site==north"));

        assertThat(rights.scope(Role.OPERATOR).where("d").sql()).contains("and not");
        assertThat(rights.scope(Role.ADMIN).fleetWide()).isFalse();
    }

    @Test
    void aDenyOnTheWholeFleetTakesTheRoleAway() {
        assertThat(rights(allow(Role.OPERATOR, ""), deny(Role.OPERATOR, "")).hold(Role.OPERATOR))
                .isFalse();
    }

    private static Rights rights(RoleBinding... bindings) {
        return new Rights(TenantId.DEFAULT, List.of(bindings));
    }

    private static RoleBinding allow(Role role, String selector) {
        return binding(role, selector, false);
    }

    private static RoleBinding deny(Role role, String selector) {
        return binding(role, selector, true);
    }

    private static RoleBinding binding(Role role, String selector, boolean deny) {
        return new RoleBinding(
                UUID.randomUUID(), RoleBinding.Kind.PERSON, "https://idp", "ann", role, Selector.parse(selector), deny);
    }
}
