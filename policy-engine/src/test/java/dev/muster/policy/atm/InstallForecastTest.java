package dev.muster.policy.atm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.atm.InstallOutcome.Failure;
import dev.muster.policy.atm.InstallOutcome.Rule;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InstallForecastTest {
    private static final PermissionCatalog CATALOG = PermissionCatalog.of(List.of(
            definition("basic", Apl.SYSTEM_BASIC, AvailableType.NORMAL, true),
            definition("core", Apl.SYSTEM_CORE, AvailableType.NORMAL, false),
            definition("mdm", Apl.NORMAL, AvailableType.MDM, true),
            definition("plain", Apl.NORMAL, AvailableType.NORMAL, true)));

    private final InstallForecast forecast = new InstallForecast(CATALOG);

    @Test
    void namesEveryRequestThatTheDeviceWouldRefuse() {
        List<Failure> failures = forecast.refusals(
                traits("app_gallery"), policy(Apl.NORMAL, Set.of("core"), "plain", "basic", "core", "mdm", "basic"));

        assertThat(failures)
                .containsExactly(
                        new Failure("basic", Rule.ACL), new Failure("core", Rule.ACL), new Failure("mdm", Rule.EDM));
    }

    @Test
    void anEntryOfTheAccessControlListOrTheRightDistributionLiftsIt() {
        assertThat(forecast.refusals(traits("enterprise_mdm"), policy(Apl.NORMAL, Set.of("basic"), "basic", "mdm")))
                .isEmpty();
    }

    @Test
    void whatIsNotDefinedIsNotRefused() {
        assertThat(forecast.refusals(traits("none"), policy(Apl.NORMAL, Set.of(), "unheard")))
                .isEmpty();
    }

    private static PermissionDefinition definition(String name, Apl level, AvailableType type, boolean provision) {
        return PermissionDefinition.of(name, GrantMode.SYSTEM_GRANT, level, type, provision, false);
    }

    private static AppInfo.Traits traits(String distribution) {
        return new AppInfo.Traits("id", 12, false, false, distribution, "release");
    }

    private static AppPolicy policy(Apl apl, Set<String> acls, String... requests) {
        return new AppPolicy(
                Optional.of(apl),
                "domain",
                Stream.of(requests).map(AppPolicy.Request::of).toList(),
                acls,
                Map.of(),
                Map.of(),
                false);
    }
}
