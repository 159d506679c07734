package dev.muster.policy.permission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PermissionCatalogTest {
    private final PermissionCatalog catalog = PermissionCatalog.builtIn();

    @Test
    void holdsEveryDefinitionOfOpenHarmony() {
        assertThat(catalog.size()).isEqualTo(1134);
        assertThat(catalog.definitions().stream()
                        .collect(Collectors.groupingBy(PermissionDefinition::grantMode, Collectors.counting())))
                .containsEntry(GrantMode.SYSTEM_GRANT, 1071L)
                .containsEntry(GrantMode.USER_GRANT, 59L)
                .containsEntry(GrantMode.MANUAL_SETTINGS, 4L);
        assertThat(catalog.definitions().stream()
                        .collect(Collectors.groupingBy(PermissionDefinition::availableLevel, Collectors.counting())))
                .containsEntry(Apl.NORMAL, 87L)
                .containsEntry(Apl.SYSTEM_BASIC, 844L)
                .containsEntry(Apl.SYSTEM_CORE, 203L);
        assertThat(catalog.definitions().stream()
                        .collect(Collectors.groupingBy(PermissionDefinition::availableType, Collectors.counting())))
                .containsEntry(AvailableType.NORMAL, 196L)
                .containsEntry(AvailableType.SYSTEM, 760L)
                .containsEntry(AvailableType.MDM, 55L)
                .containsEntry(AvailableType.SERVICE, 81L)
                .containsEntry(AvailableType.ENTERPRISE_NORMAL, 42L);
        assertThat(count(definition -> !definition.provisionEnable())).isEqualTo(95);
        assertThat(count(PermissionDefinition::distributedSceneEnable)).isEqualTo(30);
        assertThat(count(PermissionDefinition::kernelEffect)).isEqualTo(20);
        assertThat(count(PermissionDefinition::hasValue)).isEqualTo(3);
        assertThat(count(definition -> definition.deprecated().isPresent())).isEqualTo(4);
        assertThat(count(definition -> !definition.deviceTypes().isEmpty())).isEqualTo(566);
    }

    @Test
    void tellsWhatAPermissionIs() {
        PermissionDefinition definition =
                catalog.find("ohos.permission.ACCELEROMETER").orElseThrow();

        assertThat(definition.grantMode()).isEqualTo(GrantMode.SYSTEM_GRANT);
        assertThat(definition.availableLevel()).isEqualTo(Apl.NORMAL);
        assertThat(definition.availableType()).isEqualTo(AvailableType.NORMAL);
        assertThat(definition.provisionEnable()).isFalse();
        assertThat(definition.since()).isEqualTo("7");
        assertThat(definition.deviceTypes()).containsExactly("phone", "2in1", "tablet", "tv", "wearable");
    }

    @Test
    void doesNotKnowWhatIsNotDefined() {
        assertThat(catalog.find("ohos.permission.NOPE")).isEmpty();
        assertThat(catalog.id("ohos.permission.NOPE")).isEqualTo(-1);
    }

    /** Devices in the field read bundles by these positions: if this fails, the resource was edited in its middle. */
    @Test
    void keepsTheBaseRegistryFrozen() {
        assertThat(PermissionCatalog.baseChecksum()).isEqualTo(BASE_CHECKSUM);
        assertThat(catalog.id("ohos.permission.ABILITY_BACKGROUND_COMMUNICATION"))
                .isZero();
    }

    @Test
    void knowsWhatADeviceTypeDisables() {
        PermissionCatalog phone = catalog.forDevice("phone");
        PermissionCatalog router = catalog.forDevice("router");

        assertThat(catalog.find("ohos.permission.ACCELEROMETER")).isPresent();
        assertThat(phone.find("ohos.permission.ACCELEROMETER")).isPresent();
        assertThat(router.find("ohos.permission.ACCELEROMETER")).isEmpty();
        assertThat(router.find("ohos.permission.ACCESS_CLOUD_DISK_INFO"))
                .as("of type general")
                .isPresent();
        assertThat(router.size()).isLessThan(phone.size());
        assertThat(catalog.size()).as("OpenHarmony's parser takes no more").isLessThanOrEqualTo(1800);
    }

    @Test
    void refusesANameDefinedTwice() {
        PermissionDefinition definition =
                PermissionDefinition.of("a", GrantMode.USER_GRANT, Apl.NORMAL, AvailableType.NORMAL, false, false);

        assertThatThrownBy(() -> PermissionCatalog.of(List.of(definition, definition)))
                .hasMessage("permission `a` is defined twice");
    }

    private long count(java.util.function.Predicate<PermissionDefinition> test) {
        return catalog.definitions().stream().filter(test).count();
    }

    private static final int BASE_CHECKSUM = 0xc7784a67;

    @Test
    void everyDefinitionIsFoundByItsNameAtItsPosition() {
        for (int id = 0; id < catalog.size(); id++) {
            String name = catalog.at(id).name();
            assertThat(catalog.id(name)).isEqualTo(id);
            assertThat(catalog.find(name)).contains(catalog.definitions().get(id));
            assertThat(catalog.id(name.substring(0, name.length() - 1) + "~")).isEqualTo(-1);
        }
        assertThat(catalog.id("")).isEqualTo(-1);
        assertThat(catalog.id("ohos.permission.CAMERA,user_grant")).isEqualTo(-1);
        assertThat(PermissionCatalog.of(catalog.definitions()).definitions()).isEqualTo(catalog.definitions());
    }

    @Test
    void aResourceThatIsDamagedIsRefused() {
        String camera = "ohos.permission.CAMERA,user_grant,normal,NORMAL,,9,,\n";

        assertThat(new DefinitionText(("# two\n\n" + camera).getBytes(UTF_8)).size())
                .isEqualTo(1);
        assertThatThrownBy(() -> new DefinitionText((camera + camera).getBytes(UTF_8)))
                .hasMessageContaining("`ohos.permission.CAMERA` is defined twice");
        assertThatThrownBy(() -> new DefinitionText("a,b\n".getBytes(UTF_8)).at(0))
                .hasMessageContaining("8 columns expected, found 2 in `a,b`");
    }
}
