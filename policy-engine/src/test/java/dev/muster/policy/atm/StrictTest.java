package dev.muster.policy.atm;

import static dev.muster.policy.atm.Devices.*;
import static dev.muster.policy.atm.PermissionFlags.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each switch on its own: what OpenHarmony does, and what the switch makes of it. */
class StrictTest {
    private static final String ACROSS = "ohos.permission.ACROSS";
    private static final String ACROSS_BASIC = "ohos.permission.ACROSS_BASIC";
    private static final String ACROSS_SERVICE = "ohos.permission.ACROSS_SERVICE";

    private final Devices devices = new Devices();

    private Atm with(AtmConfig.Strict strict) {
        List<PermissionDefinition> definitions = new ArrayList<>(catalog().definitions());
        definitions.add(across(ACROSS, Apl.NORMAL, AvailableType.NORMAL));
        definitions.add(across(ACROSS_BASIC, Apl.SYSTEM_BASIC, AvailableType.NORMAL));
        definitions.add(across(ACROSS_SERVICE, Apl.NORMAL, AvailableType.SERVICE));
        return devices.atm(AtmConfig.of(PermissionCatalog.of(definitions))
                .withSandboxModes(Map.of(INTERNET, SandboxMode.NONE))
                .withStrict(strict));
    }

    private static PermissionDefinition across(String name, Apl level, AvailableType type) {
        return new PermissionDefinition(
                name, GrantMode.USER_GRANT, level, type, true, true, false, false, "", Optional.empty(), List.of());
    }

    @Test
    void remoteAdmissionTakesOverOnlyWhatIsMeantToCrossDevices() {
        Atm open = with(AtmConfig.Strict.OFF);
        Atm strict = with(new AtmConfig.Strict(true, false, false, false, false));
        List<AppPolicy.Request> states = List.of(
                new AppPolicy.Request(CAMERA, true, USER_FIXED),
                new AppPolicy.Request(ACROSS, true, USER_FIXED),
                new AppPolicy.Request(ACROSS_BASIC, true, USER_FIXED),
                new AppPolicy.Request(ACROSS_SERVICE, true, USER_FIXED),
                new AppPolicy.Request(NEW, true, USER_FIXED));
        RemoteApp basic = new RemoteApp(1, 100, "far", 0, 0, AccessTokenId.app(2), Optional.of(Apl.SYSTEM_BASIC));

        assertThat(granted(open, open.setRemote("device", far(1), states, Caller.ROOT)))
                .containsExactly(CAMERA, ACROSS, ACROSS_BASIC, ACROSS_SERVICE);
        assertThat(granted(strict, strict.setRemote("device", far(1), states, Caller.ROOT)))
                .containsExactly(ACROSS);
        assertThat(granted(strict, strict.setRemote("device", basic, states, Caller.ROOT)))
                .containsExactly(ACROSS, ACROSS_BASIC);
    }

    @Test
    void remoteAdmissionTakesOverNoComponentGrantAndNoInvalidFlag() {
        Atm open = with(AtmConfig.Strict.OFF);
        Atm strict = with(new AtmConfig.Strict(true, false, false, false, false));
        List<AppPolicy.Request> component = List.of(new AppPolicy.Request(ACROSS, false, COMPONENT_SET));
        List<AppPolicy.Request> invalid = List.of(new AppPolicy.Request(ACROSS, true, USER_SET | USER_FIXED));

        assertThat(granted(open, open.setRemote("device", far(1), component, Caller.ROOT)))
                .containsExactly(ACROSS);
        assertThat(granted(open, open.setRemote("device", far(1), invalid, Caller.ROOT)))
                .containsExactly(ACROSS);
        assertThat(granted(strict, strict.setRemote("device", far(1), component, Caller.ROOT)))
                .isEmpty();
        assertThat(granted(strict, strict.setRemote("device", far(1), invalid, Caller.ROOT)))
                .isEmpty();
    }

    private static List<String> granted(Atm atm, InstallOutcome outcome) {
        return List.of(CAMERA, ACROSS, ACROSS_BASIC, ACROSS_SERVICE, NEW).stream()
                .filter(permission -> atm.verify(outcome.token(), permission))
                .toList();
    }

    @Test
    void adminListsAtomicAppliesAllOrNothing() {
        for (boolean atomic : List.of(false, true)) {
            Atm atm = with(new AtmConfig.Strict(false, atomic, false, false, false));
            AccessTokenId app = install(atm, "app", CAMERA, LOCATION);

            AtmCode code = atm.setByAdmin(
                    app, List.of(CAMERA, SHORT_TERM, LOCATION), true, FIXED_BY_ADMIN_POLICY, Caller.ROOT);

            assertThat(code).isEqualTo(AtmCode.ERR_PARAM_INVALID);
            assertThat(atm.verify(app, CAMERA)).as("set before the error").isEqualTo(!atomic);
            assertThat(atm.verify(app, LOCATION)).isFalse();
            assertThat(atm.setByAdmin(app, List.of(CAMERA, LOCATION), true, FIXED_BY_ADMIN_POLICY, Caller.ROOT))
                    .isEqualTo(AtmCode.OK);
            assertThat(atm.verify(app, LOCATION)).isTrue();
        }
    }

    @Test
    void adminReachesSandboxesOnlyWhenAsked() {
        for (boolean reaches : List.of(false, true)) {
            Atm atm = with(new AtmConfig.Strict(false, false, reaches, false, false));
            AccessTokenId main = install(atm, "app", CAMERA);
            atm.grant(main, CAMERA, USER_FIXED, USER, Caller.ROOT);
            AccessTokenId sandbox = sandbox(atm, "app", 2);

            atm.setByAdmin(main, List.of(CAMERA), false, FIXED_BY_ADMIN_POLICY, Caller.ROOT);

            assertThat(atm.verify(main, CAMERA)).isFalse();
            assertThat(atm.verify(sandbox, CAMERA)).isEqualTo(!reaches);
        }
    }

    @Test
    void adminFlagsByAdminOnlyRefusesThemBesideOthersToo() {
        for (boolean adminOnly : List.of(false, true)) {
            Atm atm = with(new AtmConfig.Strict(false, false, false, adminOnly, false));
            AccessTokenId app = install(atm, "app", CAMERA);

            AtmCode code = atm.grant(app, CAMERA, FIXED_BY_ADMIN_POLICY | PRE_AUTHORIZED_CANCELABLE, USER, Caller.ROOT);

            assertThat(code).isEqualTo(adminOnly ? AtmCode.ERR_PARAM_INVALID : AtmCode.OK);
            assertThat(atm.verify(app, CAMERA)).isEqualTo(!adminOnly);
            assertThat(atm.grant(app, CAMERA, FIXED_BY_ADMIN_POLICY, USER, Caller.ROOT))
                    .isEqualTo(AtmCode.ERR_PARAM_INVALID);
        }
    }

    @Test
    void sandboxUpdatesFilteredLeavesDeniedWhatTheModeExcludes() {
        for (boolean filtered : List.of(false, true)) {
            Atm atm = with(new AtmConfig.Strict(false, false, false, false, filtered));
            install(atm, "app", INTERNET);
            AccessTokenId sandbox = sandbox(atm, "app", 1);
            assertThat(atm.verify(sandbox, INTERNET)).isFalse();

            atm.update(sandbox, traits("release"), policy(INTERNET), false, Caller.ROOT);

            assertThat(atm.verify(sandbox, INTERNET)).isEqualTo(!filtered);
        }
    }

    @Test
    void allSwitchesAreOffUnlessAskedFor() {
        assertThat(config().strict()).isEqualTo(new AtmConfig.Strict(false, false, false, false, false));
        assertThat(AtmConfig.Strict.ON).isEqualTo(new AtmConfig.Strict(true, true, true, true, true));
    }
}
