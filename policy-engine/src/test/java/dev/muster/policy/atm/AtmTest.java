package dev.muster.policy.atm;

import static dev.muster.policy.atm.Devices.*;
import static dev.muster.policy.atm.PermissionFlags.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.FullTokenId;
import dev.muster.policy.token.TokenType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the vectors cannot say; the rest is in the conformance test. */
class AtmTest {
    private final Devices devices = new Devices();
    private final Atm atm = devices.atm(config());

    @Test
    void registersOnlyAWellFormedAppIdOnRestore() {
        assertThat(restore(new AccessTokenId(0x28000001)).code()).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(restore(new AccessTokenId(0x40000001)).code()).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(restore(new AccessTokenId(0x20800001)).code())
                .as("of an extended type")
                .isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(restore(AccessTokenId.app(5)).token()).isEqualTo(AccessTokenId.app(5));
    }

    @Test
    void marksClonesAndSandboxesInTheirIds() {
        AccessTokenId main = install(atm, "app");

        AccessTokenId clone = atm.install(
                        new AppInfo(100, "app", 7, 0, traits("release"), Optional.empty()), policy(), Caller.ROOT)
                .token();
        AccessTokenId sandbox = sandbox(atm, "app", 1);

        assertThat(main.value() >>> 20).isEqualTo(0x200);
        assertThat(clone.isClone()).isTrue();
        assertThat(sandbox.isClone()).isFalse();
        assertThat(sandbox.isSandbox()).isTrue();
        assertThat(List.of(main, clone, sandbox)).noneMatch(AccessTokenId::isRender);
    }

    @Test
    void tellsWhatAnAppIsByItsFullTokenId() {
        AppInfo.Traits debugSystem = new AppInfo.Traits("id", 12, true, false, "", "debug");
        AccessTokenId app = atm.install(
                        new AppInfo(100, "app", 0, 0, debugSystem, Optional.empty()), policy(), Caller.ROOT)
                .token();

        FullTokenId full = atm.installed(100, "app", 0).orElseThrow();

        assertThat(full.id()).isEqualTo(app);
        assertThat(full.isSystemApp()).isTrue();
        assertThat(full.isDebugApp()).isTrue();
        assertThat(full.isAtomicService()).isFalse();
        assertThat(atm.installed(100, "app", 1)).isEmpty();
    }

    @Test
    void failsWhenAllIdsAreTaken() {
        Atm stuck = new Atm(config(), () -> devices.now, () -> 0L);
        install(stuck, "first");

        assertThat(stuck.install(info("second"), policy(), Caller.ROOT).code())
                .isEqualTo(AtmCode.ERR_TOKENID_CREATE_FAILED);
    }

    @Test
    void asksBothPartiesWhenOneActsForAnother() {
        AccessTokenId service = atm.addProcess(ProcessInfo.of("service", TokenType.NATIVE, Set.of(INTERNET)))
                .value()
                .orElseThrow();
        AccessTokenId with = install(atm, "with", INTERNET);
        AccessTokenId without = install(atm, "without");

        assertThat(atm.verify(service, with, INTERNET)).isTrue();
        assertThat(atm.verify(service, without, INTERNET)).isFalse();
        assertThat(atm.verify(without, service, INTERNET)).isFalse();
        assertThat(atm.verify(service, AccessTokenId.INVALID, INTERNET)).isTrue();
    }

    @Test
    void answersOnceForEachNameOfAList() {
        AccessTokenId app = install(atm, "app", INTERNET, CAMERA);

        assertThat(atm.verify(app, List.of(INTERNET, "", CAMERA, NEW, INTERNET)))
                .containsExactly(true, false, false, false, true);
        assertThat(atm.verify(app.render(), List.of(INTERNET))).containsExactly(false);
        assertThat(atm.verify(app, List.of())).isEmpty();
    }

    @Test
    void refusesARenderIdAsNotExisting() {
        AccessTokenId app = install(atm, "app", CAMERA);

        assertThat(atm.grant(app.render(), CAMERA, USER_FIXED, USER, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_TOKENID_NOT_EXIST);
        assertThat(atm.revoke(app.render(), CAMERA, USER_FIXED, USER, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_TOKENID_NOT_EXIST);
    }

    @Test
    void letsTheShellChangeDebugAppsOnly() {
        AccessTokenId release = install(atm, "release", CAMERA);
        AccessTokenId debug = atm.install(
                        new AppInfo(100, "debug", 0, 0, traits("debug"), Optional.empty()), policy(CAMERA), Caller.ROOT)
                .token();

        assertThat(atm.grant(debug, CAMERA, USER_FIXED, USER, Caller.SHELL)).isEqualTo(AtmCode.OK);
        assertThat(atm.revoke(debug, CAMERA, USER_FIXED, USER, Caller.SHELL)).isEqualTo(AtmCode.OK);
        assertThat(atm.grant(release, CAMERA, USER_FIXED, USER, Caller.SHELL)).isEqualTo(AtmCode.ERR_PERMISSION_DENIED);
        assertThat(atm.grant(AccessTokenId.app(1), CAMERA, USER_FIXED, USER, Caller.SHELL))
                .isEqualTo(AtmCode.ERR_PERMISSION_DENIED);
    }

    @Test
    void takesRequestsFromSystemAppsWhoseFeatureIsMissing() {
        Atm device = devices.atm(config().withDeviceFeatures(Set.of("nfc")));
        AppPolicy policy = new AppPolicy(
                Optional.of(Apl.NORMAL),
                "domain",
                List.of(
                        new AppPolicy.Request(CAMERA, false, 0, "camera"),
                        new AppPolicy.Request(LOCATION, false, 0, "nfc"),
                        AppPolicy.Request.of(INTERNET)),
                Set.of(),
                Map.of(),
                Map.of(),
                false);
        AppInfo.Traits system = new AppInfo.Traits("id", 12, true, false, "", "release");

        AccessTokenId filtered = device.install(
                        new AppInfo(100, "system", 0, 0, system, Optional.empty()), policy, Caller.ROOT)
                .token();
        AccessTokenId whole = device.install(info("other"), policy, Caller.ROOT).token();

        assertThat(device.requested(filtered, false, Caller.ROOT).value()).contains(List.of(LOCATION));
        assertThat(device.requested(whole, false, Caller.ROOT).value()).contains(List.of(CAMERA, LOCATION));
        device.update(whole, system, policy, false, Caller.ROOT);
        assertThat(device.requested(whole, false, Caller.ROOT).value()).contains(List.of(LOCATION));
    }

    @Test
    void addsWhatASystemUpgradeDefinesWhereItIsAllowed() {
        AccessTokenId app = install(atm, "app", NEW, CAMERA);
        assertThat(atm.state(app, NEW)).isEmpty();

        atm.redefine(catalog(PermissionDefinition.of(
                NEW, GrantMode.SYSTEM_GRANT, Apl.SYSTEM_CORE, AvailableType.NORMAL, true, false)));
        assertThat(atm.verify(app, NEW)).as("above its level").isFalse();
        atm.redefine(catalog(
                PermissionDefinition.of(NEW, GrantMode.SYSTEM_GRANT, Apl.NORMAL, AvailableType.MDM, true, false)));
        assertThat(atm.verify(app, NEW)).as("out of its range").isFalse();
        atm.redefine(catalog(
                PermissionDefinition.of(NEW, GrantMode.SYSTEM_GRANT, Apl.NORMAL, AvailableType.SERVICE, true, false)));
        assertThat(atm.verify(app, NEW)).as("for services only").isFalse();

        atm.redefine(catalog(system(NEW, false, false)));
        assertThat(atm.state(app, NEW)).contains(new Atm.State(true, SYSTEM_FIXED, false));

        atm.redefine(catalog());
        assertThat(atm.verify(app, NEW)).as("no longer defined").isFalse();
        assertThat(atm.requested(app, true, Caller.ROOT).value()).contains(List.of());
    }

    @Test
    void restrictsAndValuesWhatASystemUpgradeAdds() {
        AccessTokenId app = atm.install(info("app"), policy(Map.of(NEW, "seven"), NEW), Caller.ROOT)
                .token();

        atm.redefine(catalog(system(NEW, false, true)));
        atm.setUserPolicy("edm", List.of(restrict(NEW, false)), Caller.ROOT);

        assertThat(atm.value(app, NEW, Caller.ROOT).value()).contains("seven");
        assertThat(atm.verify(app, NEW)).isFalse();
    }

    @Test
    void rehearsesAnInstallWithoutChangingAnything() {
        AppPolicy tooMuch = new AppPolicy(
                Optional.of(Apl.NORMAL),
                "domain",
                List.of(AppPolicy.Request.of(PASTEBOARD)),
                Set.of(),
                Map.of(),
                Map.of(),
                false);

        assertThat(atm.rehearse(info("app"), tooMuch).failure())
                .contains(new InstallOutcome.Failure(PASTEBOARD, InstallOutcome.Rule.ACL));
        assertThat(atm.rehearse(info("app"), policy(CAMERA)).code()).isEqualTo(AtmCode.OK);
        assertThat(atm.installed(100, "app", 0)).isEmpty();
    }

    @Test
    void forgetsWhatLivesInMemoryOnARestart() {
        Atm device = devices.atm(config().withToolCommands(Map.of("ping", Set.of(INTERNET))));
        AccessTokenId app = install(device, "app", CAMERA, LOCATION, SHORT_TERM, INTERNET);
        device.grant(app, CAMERA, COMPONENT_SET, USER, Caller.ROOT);
        device.grant(app, LOCATION, ALLOW_THIS_TIME, USER, Caller.ROOT);
        device.grantTimed(app, SHORT_TERM, 300, Caller.ROOT);
        device.setUserPolicy("edm", List.of(restrict(INTERNET, false)), Caller.ROOT);
        device.setUserPolicy("edm", List.of(restrict(PASTEBOARD, true)), Caller.ROOT);
        AccessTokenId far =
                device.setRemote("device", far(1), List.of(), Caller.ROOT).token();
        AccessTokenId tool =
                device.createTool(app, "yes", "ping", Caller.ROOT).value().orElseThrow();
        assertThat(List.of(CAMERA, LOCATION, SHORT_TERM)).allMatch(permission -> device.verify(app, permission));
        assertThat(device.verify(app, INTERNET)).isFalse();

        device.reboot();

        assertThat(List.of(CAMERA, LOCATION, SHORT_TERM)).noneMatch(permission -> device.verify(app, permission));
        assertThat(device.verify(app, INTERNET)).isTrue();
        assertThat(device.verify(tool, INTERNET)).isFalse();
        assertThat(device.isLive(far)).isFalse();
        assertThat(device.clearUserPolicy("edm", List.of(PASTEBOARD), Caller.ROOT))
                .as("made to persist")
                .isEqualTo(AtmCode.OK);
    }

    @Test
    void dropsComponentGrantsWhenTheirServiceDies() {
        AccessTokenId app = install(atm, "app", CAMERA);
        atm.grant(app, CAMERA, COMPONENT_SET, USER, Caller.ROOT);
        atm.grant(app, LOCATION, COMPONENT_SET, USER, Caller.ROOT);

        atm.componentServiceDied();

        assertThat(atm.verify(app, CAMERA)).isFalse();
        assertThat(atm.verify(app, LOCATION)).isFalse();
        assertThat(atm.state(app, CAMERA)).contains(new Atm.State(false, DEFAULT, false));
    }

    @Test
    void endsAllTemporaryGrantsWhenTheManagerOfApplicationsDies() {
        AccessTokenId one = install(atm, "one", CAMERA);
        AccessTokenId other = install(atm, "other", SHORT_TERM);
        atm.grant(one, CAMERA, ALLOW_THIS_TIME, USER, Caller.ROOT);
        atm.grantTimed(other, SHORT_TERM, 300, Caller.ROOT);

        atm.appManagerDied();

        assertThat(atm.verify(one, CAMERA)).isFalse();
        assertThat(atm.verify(other, SHORT_TERM)).isFalse();
    }

    @Test
    void countsATaskWhoseKindsChangeByItsNewKinds() {
        AccessTokenId app = install(atm, "app", LOCATION);
        atm.grant(app, LOCATION, ALLOW_THIS_TIME, USER, Caller.ROOT);
        atm.taskStarted(app, 1, Set.of("LOCATION"));
        atm.background(app);

        atm.taskStarted(app, 1, Set.of("DATA_TRANSFER"));
        devices.now = devices.now.plusSeconds(10);

        assertThat(atm.verify(app, LOCATION)).isFalse();
    }

    @Test
    void tellsCallersOfTimedGrants() {
        AccessTokenId app = install(atm, "app", SHORT_TERM);

        assertThat(atm.grantTimed(app, SHORT_TERM, 10, Caller.ORDINARY_APP)).isEqualTo(AtmCode.ERR_NOT_SYSTEM_APP);
        assertThat(atm.grantTimed(app, SHORT_TERM, 10, Caller.SYSTEM_APP)).isEqualTo(AtmCode.ERR_PERMISSION_DENIED);
        assertThat(atm.grantTimed(app, "", 10, Caller.ORDINARY_APP)).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.grantTimed(app, SHORT_TERM, 10, Caller.SERVICE)).isEqualTo(AtmCode.OK);
    }

    @Test
    void saysWhyAPermissionCannotBeAsked() {
        AccessTokenId app = install(atm, "app", CAMERA, SHORT_TERM);

        assertThat(reasons(app, CAMERA, LOCATION, NEW, SHORT_TERM))
                .containsExactly(
                        DialogAnswer.Reason.NONE,
                        DialogAnswer.Reason.NOT_DECLARED,
                        DialogAnswer.Reason.INVALID_PERMISSION,
                        DialogAnswer.Reason.CANNOT_ASK);
        atm.setByAdmin(app, List.of(CAMERA), false, FIXED_BY_ADMIN_POLICY, Caller.ROOT);
        assertThat(reasons(app, CAMERA)).containsExactly(DialogAnswer.Reason.CANNOT_ASK);
        atm.forbidDialogs(app, true, Caller.ROOT);
        assertThat(reasons(app, CAMERA)).containsExactly(DialogAnswer.Reason.DIALOG_FORBIDDEN);
        assertThat(DialogAnswer.Reason.SERVICE.number()).isEqualTo(12);
        assertThat(atm.ask(AccessTokenId.app(1), List.of(CAMERA)).overall()).isEqualTo(DialogAnswer.State.INVALID_OPER);
    }

    /** OpenHarmony answers so as well: a dialog could not make the permission effective. */
    @Test
    void hasNothingToAskWhereOnlyAUserPolicyDenies() {
        AccessTokenId app = install(atm, "app", CAMERA);

        atm.setUserPolicy("edm", List.of(restrict(CAMERA, false)), Caller.ROOT);

        assertThat(atm.ask(app, List.of(CAMERA)).overall()).isEqualTo(DialogAnswer.State.PASS_OPER);
    }

    @Test
    void hasNoUserPoliciesWhereTheBuildHasNone() {
        Atm device = devices.atm(config().withUserPolicies(false));
        AccessTokenId app = install(device, "app", INTERNET);

        assertThat(device.setUserPolicy("edm", List.of(restrict(INTERNET, false)), Caller.ROOT))
                .isEqualTo(AtmCode.ERR_CAPABILITY_NOT_SUPPORT);
        assertThat(device.clearUserPolicy("edm", List.of(INTERNET), Caller.ROOT))
                .isEqualTo(AtmCode.ERR_CAPABILITY_NOT_SUPPORT);
        assertThat(device.changeWhitelist("edm", app, INTERNET, true, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_CAPABILITY_NOT_SUPPORT);
        assertThat(device.whitelist(INTERNET, Caller.ROOT).code()).isEqualTo(AtmCode.ERR_CAPABILITY_NOT_SUPPORT);
        assertThat(AtmCode.ERR_CAPABILITY_NOT_SUPPORT.number()).isEqualTo(12110000);
    }

    @Test
    void takesAtMost200PoliciesAtOnce() {
        Atm device = devices.atm(manyPermissions());
        List<UserPolicy> batch =
                IntStream.range(0, 201).mapToObj(i -> restrict("p" + i, false)).toList();

        assertThat(device.setUserPolicy("edm", batch, Caller.ROOT)).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(device.setUserPolicy("edm", batch.subList(0, 200), Caller.ROOT))
                .isEqualTo(AtmCode.OK);
    }

    @Test
    void boundsWhitelistsAndRecords() {
        Atm device = devices.atm(manyPermissions());
        List<AccessTokenId> apps = IntStream.range(0, 1025)
                .mapToObj(i -> install(device, "app" + i))
                .toList();
        device.setUserPolicy("edm", List.of(restrict(CAMERA, false)), Caller.ROOT);

        assertThat(apps.subList(0, 1024)).allMatch(app -> device.changeWhitelist("edm", app, CAMERA, true, Caller.ROOT)
                .isOk());
        assertThat(device.changeWhitelist("edm", apps.get(1024), CAMERA, true, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_OVERSIZE);

        assertThat(IntStream.range(0, 1023)
                        .allMatch(i -> device.setUserPolicy("edm", List.of(restrict("p" + i, false)), Caller.ROOT)
                                .isOk()))
                .isTrue();
        assertThat(device.setUserPolicy("edm", List.of(restrict("p1023", false)), Caller.ROOT))
                .isEqualTo(AtmCode.ERR_OVERSIZE);
    }

    private static AtmConfig manyPermissions() {
        return AtmConfig.of(catalog(IntStream.range(0, 1100)
                .mapToObj(i -> user("p" + i, Apl.NORMAL))
                .toArray(PermissionDefinition[]::new)));
    }

    private List<DialogAnswer.Reason> reasons(AccessTokenId app, String... permissions) {
        return atm.ask(app, List.of(permissions)).answers().stream()
                .map(DialogAnswer.One::reason)
                .toList();
    }

    private InstallOutcome restore(AccessTokenId id) {
        return atm.install(new AppInfo(100, "app", 0, 0, traits("release"), Optional.of(id)), policy(), Caller.ROOT);
    }
}
