package dev.muster.policy.atm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Small devices for tests: permissions, a clock that is turned by hand, apps with few words. */
final class Devices {
    static final String CAMERA = "ohos.permission.CAMERA";
    static final String LOCATION = "ohos.permission.APPROXIMATELY_LOCATION";
    static final String INTERNET = "ohos.permission.INTERNET";
    static final String PASTEBOARD = "ohos.permission.READ_PASTEBOARD";
    static final String SHORT_TERM = "ohos.permission.SHORT_TERM_WRITE_IMAGEVIDEO";
    static final String KERNEL = "ohos.permission.KERNEL_ONE";
    static final String KERNEL_VALUE = "ohos.permission.KERNEL_VALUE";
    static final String NEW = "ohos.permission.NEW_ONE";

    static final Atm.Scope USER = Atm.Scope.USER_GRANTED_PERM;

    Instant now = Instant.EPOCH;

    static PermissionCatalog catalog(PermissionDefinition... more) {
        List<PermissionDefinition> definitions = new ArrayList<>(List.of(
                user(CAMERA, Apl.NORMAL),
                user(LOCATION, Apl.NORMAL),
                user(PASTEBOARD, Apl.SYSTEM_BASIC),
                user(SHORT_TERM, Apl.SYSTEM_BASIC),
                system(INTERNET, false, false),
                system(KERNEL, true, false),
                system(KERNEL_VALUE, true, true)));
        definitions.addAll(Arrays.asList(more));
        return PermissionCatalog.of(definitions);
    }

    static PermissionDefinition user(String name, Apl level) {
        return PermissionDefinition.of(name, GrantMode.USER_GRANT, level, AvailableType.NORMAL, true, false);
    }

    static PermissionDefinition system(String name, boolean kernelEffect, boolean hasValue) {
        return new PermissionDefinition(
                name,
                GrantMode.SYSTEM_GRANT,
                Apl.NORMAL,
                AvailableType.NORMAL,
                true,
                false,
                kernelEffect,
                hasValue,
                "",
                Optional.empty(),
                List.of());
    }

    static AtmConfig config() {
        return AtmConfig.of(catalog());
    }

    Atm atm(AtmConfig config) {
        return atm(config, AtmListener.NONE);
    }

    Atm atm(AtmConfig config, AtmListener listener) {
        return new Atm(config, () -> now, new SplittableRandom(7), listener);
    }

    static AccessTokenId install(Atm atm, String bundle, String... permissions) {
        InstallOutcome outcome = atm.install(info(bundle), policy(permissions), Caller.ROOT);
        assertThat(outcome.code()).isEqualTo(AtmCode.OK);
        return outcome.token();
    }

    static AccessTokenId sandbox(Atm atm, String bundle, int dlpType) {
        InstallOutcome outcome = atm.install(
                new AppInfo(100, bundle, dlpType, dlpType, traits("release"), Optional.empty()), policy(), Caller.ROOT);
        assertThat(outcome.code()).isEqualTo(AtmCode.OK);
        return outcome.token();
    }

    static AppInfo info(String bundle) {
        return new AppInfo(100, bundle, 0, 0, traits("release"), Optional.empty());
    }

    static AppInfo.Traits traits(String provision) {
        return new AppInfo.Traits("id", 12, false, false, "", provision);
    }

    static AppPolicy policy(String... permissions) {
        return policy(Map.of(), permissions);
    }

    static AppPolicy policy(Map<String, String> values, String... permissions) {
        return new AppPolicy(
                Optional.of(Apl.SYSTEM_BASIC),
                "domain",
                Arrays.stream(permissions).map(AppPolicy.Request::of).toList(),
                Set.of(),
                values,
                Map.of(),
                false);
    }

    static UserPolicy restrict(String permission, boolean persist) {
        return new UserPolicy(permission, List.of(new UserPolicy.UserRestriction(100, true)), persist);
    }

    static RemoteApp far(int unique) {
        return new RemoteApp(1, 100, "far", 0, 0, AccessTokenId.app(unique), Optional.of(Apl.NORMAL));
    }
}
