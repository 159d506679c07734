package dev.muster.policy.atm;

import static dev.muster.policy.atm.PermissionFlags.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.TokenType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the public vectors leave open; the rest is in the conformance test. */
class AtmTest {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String LOCATION = "ohos.permission.APPROXIMATELY_LOCATION";
    private static final String INTERNET = "ohos.permission.INTERNET";
    private static final String PASTEBOARD = "ohos.permission.READ_PASTEBOARD";
    private static final String SHORT_TERM = "ohos.permission.SHORT_TERM_WRITE_IMAGEVIDEO";
    private static final String NEW = "ohos.permission.NEW_ONE";

    private Instant now = Instant.EPOCH;
    private final AtmConfig config = AtmConfig.of(catalog());
    private final Atm atm = atm(config);

    private static PermissionCatalog catalog(PermissionDefinition... more) {
        List<PermissionDefinition> definitions = new ArrayList<>(List.of(
                user(CAMERA, Apl.NORMAL),
                user(LOCATION, Apl.NORMAL),
                user(PASTEBOARD, Apl.SYSTEM_BASIC),
                user(SHORT_TERM, Apl.SYSTEM_BASIC),
                PermissionDefinition.of(
                        INTERNET, GrantMode.SYSTEM_GRANT, Apl.NORMAL, AvailableType.NORMAL, true, false)));
        definitions.addAll(Arrays.asList(more));
        return PermissionCatalog.of(definitions);
    }

    private static PermissionDefinition user(String name, Apl level) {
        return PermissionDefinition.of(name, GrantMode.USER_GRANT, level, AvailableType.NORMAL, true, false);
    }

    private Atm atm(AtmConfig of) {
        return new Atm(of, () -> now, new SplittableRandom(7));
    }

    @Test
    void givesSystemProcessesExactlyWhatTheyList() {
        AccessTokenId process =
                atm.addProcess(TokenType.NATIVE, Set.of(INTERNET)).value().orElseThrow();

        assertThat(process.type()).contains(TokenType.NATIVE);
        assertThat(atm.verify(process, INTERNET)).isTrue();
        assertThat(atm.verify(process, CAMERA)).isFalse();
        assertThat(atm.verify(process.render(), INTERNET)).isFalse();
        assertThat(atm.delete(process, false, Caller.ROOT)).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.addProcess(TokenType.HAP, Set.of()).code()).isEqualTo(AtmCode.ERR_PARAM_INVALID);
    }

    @Test
    void asksBothPartiesWhenOneActsForAnother() {
        AccessTokenId service =
                atm.addProcess(TokenType.NATIVE, Set.of(INTERNET)).value().orElseThrow();
        AccessTokenId with = install("with", INTERNET);
        AccessTokenId without = install("without");

        assertThat(atm.verify(service, with, INTERNET)).isTrue();
        assertThat(atm.verify(service, without, INTERNET)).isFalse();
        assertThat(atm.verify(service, AccessTokenId.INVALID, INTERNET)).isTrue();
    }

    @Test
    void neverUsesAReservedIdAgain() {
        AccessTokenId old = install("app", INTERNET);
        assertThat(atm.delete(old, true, Caller.ROOT)).isEqualTo(AtmCode.OK);

        assertThat(atm.isLive(old)).isFalse();
        assertThat(atm.verify(old, INTERNET)).isFalse();
        assertThat(atm.grant(old, CAMERA, USER_FIXED, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_TOKENID_NOT_EXIST);
        assertThat(restore("app", old).code()).isEqualTo(AtmCode.ERR_TOKENID_HAS_EXISTED);
        assertThat(install("app", INTERNET)).isNotEqualTo(old);
    }

    @Test
    void registersOnlyAFreeAndWellFormedIdOnRestore() {
        AccessTokenId active = install("other");

        assertThat(restore("app", active).code()).isEqualTo(AtmCode.ERR_TOKENID_HAS_EXISTED);
        assertThat(restore("app", AccessTokenId.INVALID).code()).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(restore("app", new AccessTokenId(0x28000001)).code()).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(restore("app", new AccessTokenId(0x40000001)).code()).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(restore("app", AccessTokenId.app(5)).token()).isEqualTo(AccessTokenId.app(5));
    }

    @Test
    void marksClonesAndSandboxesInTheirIds() {
        install("app");

        assertThat(atm.install(info("app", 1, 0, Optional.empty()), policy(), Caller.ROOT)
                        .token()
                        .isClone())
                .isTrue();
        AccessTokenId sandbox = atm.install(info("app", 2, 1, Optional.empty()), policy(), Caller.ROOT)
                .token();
        assertThat(sandbox.isClone()).isFalse();
        assertThat(sandbox.isSandbox()).isTrue();
        assertThat(atm.install(info("alone", 2, 1, Optional.empty()), policy(), Caller.ROOT)
                        .code())
                .isEqualTo(AtmCode.ERR_PERM_REQUEST_CFG_FAILED);
    }

    @Test
    void addsWhatASystemUpgradeDefinesWhereItIsAllowed() {
        AccessTokenId app = install("app", NEW, CAMERA);
        assertThat(atm.verify(app, NEW)).isFalse();
        assertThat(atm.state(app, NEW)).isEmpty();

        atm.redefine(catalog(PermissionDefinition.of(
                NEW, GrantMode.SYSTEM_GRANT, Apl.SYSTEM_CORE, AvailableType.NORMAL, true, false)));
        assertThat(atm.verify(app, NEW)).isFalse();

        atm.redefine(catalog(
                PermissionDefinition.of(NEW, GrantMode.SYSTEM_GRANT, Apl.NORMAL, AvailableType.NORMAL, true, false)));
        assertThat(atm.verify(app, NEW)).isTrue();

        atm.redefine(catalog());
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

        InstallOutcome outcome = atm.rehearse(info("app", 0, 0, Optional.empty()), tooMuch);

        assertThat(outcome.failure()).contains(new InstallOutcome.Failure(PASTEBOARD, InstallOutcome.Rule.ACL));
        assertThat(atm.rehearse(info("app", 0, 0, Optional.empty()), policy(CAMERA))
                        .code())
                .isEqualTo(AtmCode.OK);
        assertThat(atm.install(info("app", 0, 0, Optional.empty()), policy(CAMERA), Caller.ROOT)
                        .code())
                .isEqualTo(AtmCode.OK);
    }

    @Test
    void refusesCallersInOpenHarmonysWay() {
        AccessTokenId app = install("app", CAMERA);

        assertThat(atm.grant(app, CAMERA, USER_FIXED, Atm.Scope.USER_GRANTED_PERM, Caller.ORDINARY_APP))
                .isEqualTo(AtmCode.ERR_NOT_SYSTEM_APP);
        assertThat(atm.grant(app, CAMERA, USER_FIXED, Atm.Scope.USER_GRANTED_PERM, Caller.SYSTEM_APP))
                .isEqualTo(AtmCode.ERR_PERMISSION_DENIED);
        assertThat(atm.install(info("x", 0, 0, Optional.empty()), policy(), Caller.SYSTEM_APP)
                        .code())
                .isEqualTo(AtmCode.ERR_PERMISSION_DENIED);
        assertThat(atm.flags(app, CAMERA, Caller.ORDINARY_APP).code()).isEqualTo(AtmCode.ERR_NOT_SYSTEM_APP);
        assertThat(atm.verify(app, CAMERA)).isFalse();
    }

    @Test
    void keepsAdministratorListsWholeOnlyWhenStrict() {
        List<String> list = List.of(CAMERA, INTERNET, LOCATION);
        AccessTokenId app = install("app", CAMERA, INTERNET, LOCATION);

        assertThat(atm.setByAdmin(app, list, true, FIXED_BY_ADMIN_POLICY, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.verify(app, CAMERA)).as("ATM keeps what was applied").isTrue();
        assertThat(atm.verify(app, LOCATION)).isFalse();

        Atm strict = atm(new AtmConfig(catalog(), false, Map.of(), 1800, AtmConfig.Strict.ON));
        AccessTokenId other = strict.install(
                        info("app", 0, 0, Optional.empty()), policy(CAMERA, INTERNET, LOCATION), Caller.ROOT)
                .token();
        assertThat(strict.setByAdmin(other, list, true, FIXED_BY_ADMIN_POLICY, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(strict.verify(other, CAMERA))
                .as("the strict switch takes it back")
                .isFalse();
        assertThat(strict.verify(other, INTERNET)).isTrue();
    }

    @Test
    void admitsRemoteStatesUncheckedOnlyWhenNotStrict() {
        Atm.RemoteApp remote = new Atm.RemoteApp(1, 100, "far", 0, 0, AccessTokenId.app(1));
        List<AppPolicy.Request> states = List.of(new AppPolicy.Request(CAMERA, true, USER_FIXED));
        Atm strict = atm(new AtmConfig(catalog(), false, Map.of(), 1800, AtmConfig.Strict.ON));

        AccessTokenId here = atm.setRemote("device", remote, states).token();
        AccessTokenId there = strict.setRemote("device", remote, states).token();

        assertThat(atm.verify(here, CAMERA)).isTrue();
        assertThat(strict.verify(there, CAMERA))
                .as("not meant for use across devices")
                .isFalse();
    }

    @Test
    void leavesMappedTokensToTheirSync() {
        Atm.RemoteApp remote = new Atm.RemoteApp(1, 100, "far", 0, 0, AccessTokenId.app(1));
        AccessTokenId local = atm.setRemote("device", remote, List.of()).token();

        assertThat(atm.grant(local, CAMERA, USER_FIXED, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        assertThat(atm.clearUserChoices(local, Caller.ROOT)).isEqualTo(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        assertThat(atm.delete(local, false, Caller.ROOT)).isEqualTo(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        assertThat(atm.update(local, traits(), policy(), false, Caller.ROOT).code())
                .isEqualTo(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        assertThat(atm.localOf("device", AccessTokenId.app(1))).contains(local);
        assertThat(atm.deleteRemote("other", AccessTokenId.app(1))).isEqualTo(AtmCode.ERR_TOKEN_MAP_FAILED);
        assertThat(atm.deleteRemote("device", AccessTokenId.app(1))).isEqualTo(AtmCode.OK);
        assertThat(atm.isLive(local)).isFalse();
        assertThat(atm.deleteRemoteDevice("device")).isEqualTo(AtmCode.ERR_DEVICE_NOT_EXIST);
    }

    @Test
    void refusesRemoteTokensThatAreNotApps() {
        for (Atm.RemoteApp wrong : List.of(
                new Atm.RemoteApp(2, 100, "far", 0, 0, AccessTokenId.app(1)),
                new Atm.RemoteApp(1, -1, "far", 0, 0, AccessTokenId.app(1)),
                new Atm.RemoteApp(1, 100, "", 0, 0, AccessTokenId.app(1)),
                new Atm.RemoteApp(1, 100, "far", 0, 5, AccessTokenId.app(1)),
                new Atm.RemoteApp(1, 100, "far", 0, 0, AccessTokenId.INVALID),
                new Atm.RemoteApp(1, 100, "far", 0, 0, new AccessTokenId(0x28000001)))) {
            assertThat(atm.setRemote("device", wrong, List.of()).code()).isEqualTo(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        }
    }

    @Test
    void forgetsWhatLivesInMemoryOnARestart() {
        AccessTokenId app = install("app", CAMERA, LOCATION, SHORT_TERM, INTERNET);
        atm.grant(app, CAMERA, COMPONENT_SET, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT);
        atm.grant(app, LOCATION, ALLOW_THIS_TIME, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT);
        atm.grantTimed(app, SHORT_TERM, 300);
        atm.setUserPolicy(
                "edm",
                List.of(new Atm.UserPolicy(INTERNET, List.of(new Atm.UserRestriction(100, true)), false)),
                Caller.ROOT);
        AccessTokenId far = atm.setRemote(
                        "device", new Atm.RemoteApp(1, 100, "far", 0, 0, AccessTokenId.app(1)), List.of())
                .token();
        assertThat(List.of(CAMERA, LOCATION, SHORT_TERM)).allMatch(permission -> atm.verify(app, permission));
        assertThat(atm.verify(app, INTERNET)).isFalse();

        atm.reboot();

        assertThat(List.of(CAMERA, LOCATION, SHORT_TERM)).noneMatch(permission -> atm.verify(app, permission));
        assertThat(atm.verify(app, INTERNET)).isTrue();
        assertThat(atm.isLive(far)).isFalse();
    }

    @Test
    void endsOneTimeGrantsWhenTheAppStops() {
        AccessTokenId app = install("app", CAMERA, PASTEBOARD);
        atm.foreground(app);
        assertThat(atm.grant(app, CAMERA, ALLOW_THIS_TIME, Atm.Scope.USER_GRANTED_PERM, Caller.SERVICE))
                .isEqualTo(AtmCode.OK);
        assertThat(atm.grant(app, PASTEBOARD, ALLOW_THIS_TIME, Atm.Scope.USER_GRANTED_PERM, Caller.SERVICE))
                .isEqualTo(AtmCode.OK);
        assertThat(atm.grant(app, INTERNET, ALLOW_THIS_TIME, Atm.Scope.USER_GRANTED_PERM, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_IDENTITY_CHECK_FAILED);

        atm.background(app);
        now = now.plusSeconds(10);
        assertThat(atm.verify(app, CAMERA)).as("no timer for the camera").isTrue();
        assertThat(atm.verify(app, PASTEBOARD)).isFalse();

        atm.stopped(app);
        assertThat(atm.verify(app, CAMERA)).isFalse();
        assertThat(atm.state(app, CAMERA)).contains(new Atm.State(false, ALLOW_THIS_TIME, false));
        assertThat(atm.ask(app, List.of(CAMERA)).value().orElseThrow().overall())
                .isEqualTo(DialogAnswer.State.DYNAMIC_OPER);
    }

    @Test
    void forbidsDialogsUntilTheUsersChoicesAreCleared() {
        AccessTokenId app = install("app", CAMERA);
        assertThat(atm.forbidDialogs(app, true, Caller.ROOT)).isEqualTo(AtmCode.OK);

        DialogAnswer answer = atm.ask(app, List.of(CAMERA, LOCATION)).value().orElseThrow();
        assertThat(answer.overall()).isEqualTo(DialogAnswer.State.FORBIDDEN_OPER);
        assertThat(answer.answers())
                .containsExactly(
                        new DialogAnswer.One(DialogAnswer.State.FORBIDDEN_OPER, DialogAnswer.Reason.DIALOG_FORBIDDEN),
                        new DialogAnswer.One(DialogAnswer.State.INVALID_OPER, DialogAnswer.Reason.NOT_DECLARED));

        atm.clearUserChoices(app, Caller.ROOT);
        assertThat(atm.ask(app, List.of(CAMERA)).value().orElseThrow().overall())
                .isEqualTo(DialogAnswer.State.DYNAMIC_OPER);
    }

    @Test
    void opensRequestTogglesByDefaultExceptForTracking() {
        String tracking = "ohos.permission.APP_TRACKING_CONSENT";
        Atm device = atm(AtmConfig.of(catalog(user(tracking, Apl.NORMAL))));

        assertThat(device.toggle(100, CAMERA, Caller.ROOT).value()).contains(true);
        assertThat(device.toggle(100, tracking, Caller.ROOT).value()).contains(false);
        assertThat(device.setToggle(100, tracking, true, Caller.ROOT)).isEqualTo(AtmCode.OK);
        assertThat(device.toggle(100, tracking, Caller.ROOT).value()).contains(true);
        assertThat(device.toggle(101, tracking, Caller.ROOT).value()).contains(false);
        assertThat(device.setToggle(100, INTERNET, true, Caller.ROOT)).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(device.setToggle(100, NEW, true, Caller.ROOT)).isEqualTo(AtmCode.ERR_PERMISSION_NOT_EXIST);
        assertThat(device.setToggle(100, CAMERA, true, Caller.ORDINARY_APP)).isEqualTo(AtmCode.ERR_NOT_SYSTEM_APP);
    }

    @Test
    void boundsUserPolicies() {
        install("app");
        List<Atm.UserRestriction> many = IntStream.range(0, 1025)
                .mapToObj(user -> new Atm.UserRestriction(user, true))
                .toList();

        assertThat(atm.setUserPolicy("edm", List.of(new Atm.UserPolicy(CAMERA, many, false)), Caller.ROOT))
                .isEqualTo(AtmCode.ERR_OVERSIZE);
        assertThat(atm.setUserPolicy("edm", List.of(), Caller.ROOT)).isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.setUserPolicy("edm", List.of(new Atm.UserPolicy(CAMERA, List.of(), false)), Caller.ROOT))
                .isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.setUserPolicy("edm", List.of(restrict(CAMERA, true)), Caller.SYSTEM_APP))
                .isEqualTo(AtmCode.ERR_PERMISSION_DENIED);
        assertThat(atm.setUserPolicy("edm", List.of(restrict(CAMERA, true), restrict(CAMERA, true)), Caller.ROOT))
                .isEqualTo(AtmCode.ERR_PARAM_INVALID);
        assertThat(atm.setUserPolicy("edm", List.of(restrict(CAMERA, true), restrict(CAMERA, false)), Caller.ROOT))
                .isEqualTo(AtmCode.ERR_PERM_POLICY_PERSISTENCE_FLAG_NOT_MATCH);
        assertThat(atm.clearUserPolicy("edm", List.of(CAMERA), Caller.ROOT)).isEqualTo(AtmCode.ERR_PERM_POLICY_NOT_SET);
        assertThat(atm.clearUserPolicy("edm", Collections.nCopies(1025, CAMERA), Caller.ROOT))
                .isEqualTo(AtmCode.ERR_OVERSIZE);
    }

    @Test
    void sparesNoTokenOfAUserWhoIsNotRestricted() {
        AccessTokenId app = install("app", CAMERA);
        atm.setUserPolicy(
                "edm",
                List.of(new Atm.UserPolicy(CAMERA, List.of(new Atm.UserRestriction(101, true)), false)),
                Caller.ROOT);

        assertThat(atm.changeWhitelist("edm", app, CAMERA, true, Caller.ROOT))
                .isEqualTo(AtmCode.ERR_TOKENID_NOT_IN_POLICY_USERLIST);
    }

    private static Atm.UserPolicy restrict(String permission, boolean persist) {
        return new Atm.UserPolicy(permission, List.of(new Atm.UserRestriction(100, true)), persist);
    }

    private AccessTokenId install(String bundle, String... permissions) {
        InstallOutcome outcome = atm.install(info(bundle, 0, 0, Optional.empty()), policy(permissions), Caller.ROOT);
        assertThat(outcome.code()).isEqualTo(AtmCode.OK);
        return outcome.token();
    }

    private InstallOutcome restore(String bundle, AccessTokenId id) {
        return atm.install(info(bundle, 0, 0, Optional.of(id)), policy(), Caller.ROOT);
    }

    private static AppInfo info(String bundle, int instance, int dlpType, Optional<AccessTokenId> restore) {
        return new AppInfo(100, bundle, instance, dlpType, traits(), restore);
    }

    private static AppInfo.Traits traits() {
        return new AppInfo.Traits("id", 12, false, false, "", "release");
    }

    private static AppPolicy policy(String... permissions) {
        return new AppPolicy(
                Optional.of(Apl.SYSTEM_BASIC),
                "domain",
                Arrays.stream(permissions).map(AppPolicy.Request::of).toList(),
                Set.of(),
                Map.of(),
                Map.of(),
                false);
    }
}
