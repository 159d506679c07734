package dev.muster.agent.platform.openharmony;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.platform.PermissionEnforcer.Change;
import dev.muster.agent.platform.PermissionEnforcer.Entry;
import dev.muster.agent.platform.PermissionEnforcer.Outcome;
import dev.muster.agent.standin.Packages;
import dev.muster.agent.standin.StandInDevice;
import dev.muster.agent.standin.StandInPrograms;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.enforcement.Enforcement.Mechanism;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.permission.PermissionCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Permissions of apps through the tools of builds of every kind, decided by the model of the access token manager. */
@SuppressWarnings("NullAway.Init") // every test makes its own kind of build
class TokenEnforcerTest {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String INTERNET = "ohos.permission.INTERNET";
    private static final String PUMP = "com.example.pump";
    private static final String VALVE = "com.example.valve";

    @TempDir
    Path directory;

    private StandInDevice device;
    private BundleManager bundles;
    private TokenEnforcer enforcer;
    private Optional<StandInPrograms> programs = Optional.empty();
    private long nanos;

    @AfterEach
    void end() throws Exception {
        if (programs.isPresent()) {
            programs.get().close();
        }
    }

    @Test
    void aDebugBuildGrantsAndRevokesByCommandAndReadsBack() throws Exception {
        build(false, false, Packages.release(PUMP, 1, CAMERA, INTERNET));

        assertThat(enforcer.traits()).isEqualTo(new PlatformTraits(PlatformTraits.Platform.OPENHARMONY, false, true));
        assertThat(enforcer.read()).containsEntry(cell(CAMERA), false).containsEntry(cell(INTERNET), true);
        assertThat(apply(CAMERA, true)).isEqualTo(done(Mechanism.ATM_COMMAND, 0));
        assertThat(device.holds(PUMP, CAMERA)).isTrue();
        device.launch(PUMP);
        assertThat(apply(CAMERA, false)).isEqualTo(done(Mechanism.ATM_COMMAND, 1));
        assertThat(device.holds(PUMP, CAMERA)).isFalse();
        assertThat(device.runs(PUMP)).isFalse();
        assertThat(enforcer.read()).containsEntry(cell(CAMERA), false);
    }

    @Test
    void whatTheSystemFixedIsObservedOnlyOnEveryBuildWithoutTheHelper() throws Exception {
        build(false, false, Packages.release(PUMP, 1, CAMERA, INTERNET));

        assertThat(level(INTERNET)).isInstanceOf(Enforcement.ObservedOnly.class);
        assertThat(apply(INTERNET, false)).isInstanceOf(Outcome.NoMeans.class);
        assertThat(device.holds(PUMP, INTERNET)).isTrue();
    }

    @Test
    void aReleaseBuildChangesAppsForDebuggingOnly() throws Exception {
        build(true, false, Packages.release(PUMP, 1, CAMERA), Packages.debug(VALVE, 1, CAMERA));

        assertThat(enforcer.traits().debugBuild()).isFalse();
        assertThat(level(CAMERA)).isInstanceOf(Enforcement.ObservedOnly.class);
        assertThat(apply(CAMERA, true)).isInstanceOf(Outcome.NoMeans.class);
        assertThat(enforcer.level(AppKey.of(VALVE), definition(CAMERA)))
                .isEqualTo(new Enforcement.ByOs(Mechanism.ATM_COMMAND));
        assertThat(apply(VALVE, CAMERA, true)).isEqualTo(done(Mechanism.ATM_COMMAND, 0));
        assertThat(device.holds(VALVE, CAMERA)).isTrue();
    }

    @Test
    void aRefusalIsToldFromThenOnInsteadOfBeingPredicted() throws Exception {
        // A permission that was fixed by an administrator before: the command may not change it.
        build(false, false, Packages.release(PUMP, 1, CAMERA));
        device.helper(dev.muster.protocol.json.JsonObject.parse(("{\"op\":\"fix\",\"token\":"
                        + bundles.find(PUMP).orElseThrow().token()
                        + ",\"permission\":\"" + CAMERA + "\",\"granted\":true}")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        enforcer.read();

        assertThat(apply(CAMERA, false))
                .isInstanceOfSatisfying(Outcome.Failed.class, failed -> assertThat(failed.text())
                        .contains("Failure"));
        assertThat(level(CAMERA)).isInstanceOfSatisfying(Enforcement.ObservedOnly.class, only -> assertThat(only.why())
                .contains("`atm perm` says `Failure`"));
    }

    @Test
    void theHelperFixesWhatTheUserGrantsAndSparesOthersFromAUserPolicy() throws Exception {
        build(true, true, Packages.release(PUMP, 1, CAMERA, INTERNET), Packages.release(VALVE, 1, INTERNET));

        assertThat(enforcer.traits().privilegedHelper()).isTrue();
        assertThat(apply(CAMERA, true)).isEqualTo(done(Mechanism.PRIVILEGED_HELPER, 0));
        assertThat(apply(INTERNET, false)).isEqualTo(done(Mechanism.PRIVILEGED_HELPER, 0));
        assertThat(device.holds(PUMP, CAMERA)).isTrue();
        assertThat(device.holds(PUMP, INTERNET)).isFalse();
        assertThat(device.holds(VALVE, INTERNET)).isTrue();
        assertThat(enforcer.read()).containsEntry(cell(INTERNET), false);

        assertThat(apply(VALVE, INTERNET, false)).isEqualTo(done(Mechanism.PRIVILEGED_HELPER, 0));
        assertThat(apply(INTERNET, true)).isEqualTo(done(Mechanism.PRIVILEGED_HELPER, 0));
        assertThat(device.holds(PUMP, INTERNET)).isTrue();
        assertThat(device.holds(VALVE, INTERNET)).isFalse();
        assertThat(apply(VALVE, INTERNET, true)).isEqualTo(done(Mechanism.PRIVILEGED_HELPER, 0));
        assertThat(device.holds(VALVE, INTERNET)).isTrue();
    }

    @Test
    void whatTheMakerGaveInAdvanceIsDeniedByUserPolicyAndGivenBack() throws Exception {
        build(true, true, Packages.hap(PUMP, 1, Map.of("preAuthorized", List.of(CAMERA)), CAMERA));
        assertThat(device.holds(PUMP, CAMERA)).isTrue();

        assertThat(apply(CAMERA, false)).isEqualTo(done(Mechanism.PRIVILEGED_HELPER, 0));
        assertThat(device.holds(PUMP, CAMERA)).isFalse();
        assertThat(apply(CAMERA, true)).isEqualTo(done(Mechanism.PRIVILEGED_HELPER, 0));
        assertThat(device.holds(PUMP, CAMERA)).isTrue();
    }

    @Test
    void aChangeThatTheTableDoesNotShowIsARefusal() throws Exception {
        device = new StandInDevice(directory.resolve("device"), false);
        install(Packages.release(PUMP, 1, CAMERA));
        Tools lying = (limit, words) -> words.contains("perm") ? "Success\n" : device.run(words);
        bundles = new BundleManager(lying, () -> nanos);
        enforcer = new TokenEnforcer(lying, bundles, places(), true, () -> nanos);
        enforcer.read();

        assertThat(apply(CAMERA, true)).isInstanceOf(Outcome.Failed.class);
        assertThat(level(CAMERA)).isInstanceOf(Enforcement.ObservedOnly.class);
    }

    @Test
    void aPermissionThatAnotherAdministratorOwnsIsObservedOnlyWithThatReason() throws Exception {
        build(true, true, Packages.release(PUMP, 1, INTERNET));
        device.othersRestrict(INTERNET);

        assertThat(apply(INTERNET, false)).isInstanceOfSatisfying(Outcome.NoMeans.class, none -> assertThat(
                        none.level().text())
                .contains("12100100"));
        assertThat(level(INTERNET)).isInstanceOf(Enforcement.ObservedOnly.class);
        assertThat(device.holds(PUMP, INTERNET)).isTrue();
    }

    @Test
    void aRevokeWaitsForProcessesUnlessItMayEndThem() throws Exception {
        build(false, false, Packages.release(PUMP, 1, CAMERA));
        apply(CAMERA, true);
        device.launch(PUMP);

        assertThat(enforcer.apply(List.of(new Change(cell(CAMERA), false, false))))
                .containsExactly(new Outcome.Waits(1));

        assertThat(device.holds(PUMP, CAMERA)).isTrue();
        assertThat(device.runs(PUMP)).isTrue();
    }

    @Test
    void aDisabledAppIsDeniedByTheSystemWhateverItsTableSays() throws Exception {
        build(true, false, Packages.release(PUMP, 1, INTERNET));
        bundles.enable(PUMP, false);
        bundles.find(PUMP);

        assertThat(level(INTERNET)).isEqualTo(new Enforcement.ByOs(Mechanism.APP_REMOVAL));
        assertThat(enforcer.read()).doesNotContainKey(cell(INTERNET));
        assertThat(apply(INTERNET, false)).isEqualTo(done(Mechanism.APP_REMOVAL, 0));
        assertThat(apply(INTERNET, true)).isInstanceOf(Outcome.NoMeans.class);
    }

    @Test
    void aChangeByOthersIsSeenByTheCounterWithoutReadingTheTable() throws Exception {
        build(false, false, Packages.release(PUMP, 1, CAMERA));
        enforcer.read();
        assertThat(enforcer.mayHaveChanged()).isFalse();
        device.userDecides(PUMP, CAMERA, true);

        assertThat(enforcer.mayHaveChanged()).as("before it is time to look").isFalse();
        nanos += Duration.ofSeconds(6).toNanos();

        assertThat(enforcer.mayHaveChanged()).isTrue();
        assertThat(enforcer.read()).containsEntry(cell(CAMERA), true);
    }

    @Test
    void aDeviceThatShowsNothingIsToldAsSuch() throws Exception {
        device = new StandInDevice(directory.resolve("device"), true);
        install(Packages.release(PUMP, 1, CAMERA));
        Tools blind =
                (limit, words) -> words.getFirst().equals("atm") ? "error: permission denied\n" : device.run(words);
        bundles = new BundleManager(blind, () -> nanos);
        enforcer = new TokenEnforcer(blind, bundles, places(), false, () -> nanos);

        assertThat(enforcer.holdsTable()).isFalse();
        assertThat(level(CAMERA)).isInstanceOf(Enforcement.Impossible.class);
    }

    @Test
    void aHelperThatSpeaksAnotherVersionIsNone() throws IOException {
        assertThat(new HelperClient(directory.resolve("nothing")).probe()).isEqualTo(HelperClient.Abilities.NONE);
    }

    @Test
    void theTableOfAnOlderSystemIsReadToo() {
        List<AccessTokens.Token> tokens = AccessTokens.read("""
                {
                  "tokenID": 537280686,
                  "ver": 1,
                  "userId": 100,
                  "bundleName": "com.example.pump",
                  "instIndex": 1,
                  "permStateList": [
                    {
                      "permissionName": "ohos.permission.CAMERA",
                      "isGeneral": true,
                      "resDeviceIDList": [ { "resDeviceID": "abc" } ],
                      "grantStatusList": [
                        { "grantStatus": -1 }
                      ],
                      "grantFlagsList": [
                        { "grantFlag": 16 }
                      ],
                    },
                  ]
                }
                """);

        assertThat(tokens).singleElement().satisfies(token -> {
            assertThat(token.instance()).isEqualTo(1);
            AccessTokens.State component = new AccessTokens.State(false, 16);
            assertThat(token.states()).containsEntry(CAMERA, component);
            assertThat(component.isGranted()).isTrue();
        });
    }

    private void build(boolean release, boolean helper, byte[]... packages) throws Exception {
        device = new StandInDevice(directory.resolve("device"), release);
        for (byte[] one : packages) {
            install(one);
        }
        if (helper) {
            programs = Optional.of(new StandInPrograms(device, directory, true));
        }
        Tools tools = (limit, words) -> device.run(words);
        bundles = new BundleManager(tools, () -> nanos);
        enforcer = new TokenEnforcer(
                tools, bundles, places(), new DeviceFacts(new Parameters(tools), tools).debugBuild(), () -> nanos);
        enforcer.read();
    }

    private Places places() {
        return new Places(device.root(), directory.resolve("bin"), directory.resolve("helper"));
    }

    private void install(byte[] hap) throws IOException {
        Path file = Files.write(directory.resolve("new.hap"), hap);
        assertThat(device.run(List.of("bm", "install", "-p", file.toString())))
                .isEqualTo("install bundle successfully.\n");
    }

    private Outcome apply(String permission, boolean granted) throws IOException {
        return apply(PUMP, permission, granted);
    }

    private Outcome apply(String bundle, String permission, boolean granted) throws IOException {
        return enforcer.apply(List.of(new Change(new Entry(AppKey.of(bundle), permission), granted, true)))
                .getFirst();
    }

    private Enforcement level(String permission) {
        return enforcer.level(AppKey.of(PUMP), definition(permission));
    }

    private static dev.muster.policy.permission.PermissionDefinition definition(String permission) {
        return PermissionCatalog.builtIn().find(permission).orElseThrow();
    }

    private static Entry cell(String permission) {
        return new Entry(AppKey.of(PUMP), permission);
    }

    private static Outcome done(Mechanism mechanism, long killed) {
        return new Outcome.Done(Optional.of(mechanism), killed);
    }
}
