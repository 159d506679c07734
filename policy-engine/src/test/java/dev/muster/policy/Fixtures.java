package dev.muster.policy;

import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.UserSelector;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** A small mine, and random policies for it. */
public final class Fixtures {
    public static final String CAMERA = "ohos.permission.CAMERA";
    public static final String LOCATION = "ohos.permission.APPROXIMATELY_LOCATION";
    public static final String MICROPHONE = "ohos.permission.MICROPHONE";
    public static final String INSTALL = "ohos.permission.INSTALL_BUNDLE";
    public static final String VENDOR = "com.example.permission.DRILL";

    public static final AppKey DRILL = AppKey.of("com.example.drill");
    public static final AppKey LAMP = AppKey.of("com.example.lamp");

    private Fixtures() {}

    /** OpenHarmony's permissions and one of a vendor, as a newer registry would have it. */
    public static PermissionCatalog catalog() {
        List<PermissionDefinition> definitions =
                new ArrayList<>(PermissionCatalog.builtIn().definitions());
        definitions.add(
                PermissionDefinition.of(VENDOR, GrantMode.USER_GRANT, Apl.NORMAL, AvailableType.NORMAL, true, false));
        return PermissionCatalog.of(definitions);
    }

    /** The policy of the golden bundle: do not change. */
    public static PolicySnapshot minePolicy() {
        return PolicySnapshot.of(
                7,
                List.of(
                        Role.of("camera-user", Set.of(CAMERA, MICROPHONE)),
                        Role.of("surveyor", Set.of(LOCATION, VENDOR)),
                        Binding.of(
                                "drill-camera",
                                List.of("camera-user", "surveyor"),
                                AppSelector.bundles("com.example.drill"),
                                DeviceSelector.Attributes.tags("crusher")),
                        GuardRail.of(
                                "no-microphones",
                                "",
                                Set.of(MICROPHONE),
                                Optional.empty(),
                                Set.of(LOCATION),
                                AppSelector.ALL,
                                DeviceSelector.EVERYWHERE,
                                UserSelector.ALL,
                                Condition.ALWAYS)));
    }

    /** The profile of the golden bundle: do not change. */
    public static DeviceProfile mineDevice() {
        return DeviceProfile.of(
                DeviceAttributes.of("north", Set.of("crusher"), "rk3568", Set.of(), "", Set.of()),
                List.of(
                        AppInstance.of(DRILL, Apl.NORMAL, Set.of(CAMERA, MICROPHONE, LOCATION, INSTALL, VENDOR)),
                        AppInstance.of(LAMP, Apl.NORMAL, Set.of(CAMERA, "com.example.permission.BLAST")),
                        AppInstance.of(new AppKey("com.example.lamp", 100, 1), Apl.NORMAL, Set.of())));
    }

    private static final List<String> PERMISSIONS = List.of(
            CAMERA,
            LOCATION,
            MICROPHONE,
            INSTALL,
            "ohos.permission.INTERNET",
            "ohos.permission.LOCATION",
            "ohos.permission.READ_CONTACTS",
            "ohos.permission.MANAGE_HAP_TOKENID",
            "ohos.permission.GRANT_SENSITIVE_PERMISSIONS",
            "ohos.permission.ENTERPRISE_SET_NETWORK",
            "ohos.permission.SYSTEM_FLOAT_WINDOW",
            "ohos.permission.READ_PASTEBOARD",
            "ohos.permission.ACCESS_SECURITY_PRIVACY_CENTER",
            VENDOR,
            "com.example.permission.BLAST");
    private static final List<String> BUNDLES = List.of("com.example.drill", "com.example.lamp", "org.other.map", "a");
    private static final List<String> SIGNERS = List.of("acme", "vendor");
    private static final List<String> LABELS = List.of("video", "safety");
    private static final List<String> SITES = List.of("north", "south");
    private static final List<String> TAGS = List.of("crusher", "truck", "camera");
    private static final List<String> HARDWARE = List.of("rk3568", "hi3516");
    private static final List<String> GROUPS = List.of("pilot", "night");
    private static final List<String> QUERIES = List.of("site==north;tag==truck", "api>=12");

    /** Every permission that random policies speak of. */
    public static List<String> permissions() {
        return PERMISSIONS;
    }

    public static List<String> bundles() {
        return BUNDLES;
    }

    public static PolicySnapshot randomPolicy(Random random) {
        List<PolicyDocument> documents = new ArrayList<>();
        int roles = 1 + random.nextInt(4);
        for (int i = 0; i < roles; i++) {
            documents.add(Role.of("role-" + i, some(random, PERMISSIONS)));
        }
        int bindings = random.nextInt(6);
        for (int i = 0; i < bindings; i++) {
            List<String> given = new ArrayList<>();
            given.add("role-" + random.nextInt(roles));
            if (random.nextBoolean()) {
                given.add("role-" + random.nextInt(roles));
            }
            documents.add(new Binding(
                    "binding-" + random.nextInt(1000) + "-" + i,
                    "",
                    given,
                    randomApps(random),
                    randomDevices(random),
                    randomUsers(random),
                    Condition.ALWAYS));
        }
        int rails = random.nextInt(4);
        for (int i = 0; i < rails; i++) {
            boolean broad = random.nextInt(3) == 0;
            documents.add(GuardRail.of(
                    "rail-" + random.nextInt(1000) + "-" + i,
                    "",
                    random.nextBoolean() ? few(random, PERMISSIONS) : Set.of(),
                    random.nextInt(3) == 0 ? Optional.of(most(random, PERMISSIONS)) : Optional.empty(),
                    random.nextBoolean() ? some(random, PERMISSIONS) : Set.of(),
                    broad ? AppSelector.ALL : randomApps(random),
                    broad ? DeviceSelector.EVERYWHERE : randomDevices(random),
                    randomUsers(random),
                    Condition.ALWAYS));
        }
        return PolicySnapshot.of(random.nextInt(100), documents);
    }

    public static DeviceProfile randomDevice(Random random) {
        List<AppInstance> apps = new ArrayList<>();
        for (String bundle : BUNDLES) {
            for (int user = 100; user < 102; user++) {
                for (int instance = 0; instance < 2; instance++) {
                    if (random.nextInt(3) > 0) {
                        apps.add(AppInstance.of(
                                new AppKey(bundle, user, instance),
                                Apl.of(1 + random.nextInt(3)).orElseThrow(),
                                some(random, PERMISSIONS),
                                some(random, PERMISSIONS),
                                random.nextBoolean() ? "" : one(random, SIGNERS),
                                some(random, LABELS)));
                    }
                }
            }
        }
        return DeviceProfile.of(
                DeviceAttributes.of(
                        random.nextInt(3) == 0 ? "" : one(random, SITES),
                        some(random, TAGS),
                        one(random, HARDWARE),
                        some(random, GROUPS),
                        "",
                        some(random, QUERIES)),
                apps);
    }

    private static AppSelector randomApps(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> AppSelector.ALL;
            case 1 -> AppSelector.bundles("com.example.*");
            case 2 -> AppSelector.of(few(random, BUNDLES), Set.of(), few(random, LABELS));
            case 3 -> AppSelector.of(Set.of(), few(random, SIGNERS), Set.of());
            default -> AppSelector.of(some(random, BUNDLES), Set.of(), Set.of());
        };
    }

    private static DeviceSelector randomDevices(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> DeviceSelector.EVERYWHERE;
            case 1 -> new DeviceSelector.Expression(one(random, QUERIES));
            case 2 -> DeviceSelector.Attributes.of(few(random, SITES), few(random, TAGS), Set.of(), Set.of());
            default -> DeviceSelector.Attributes.of(Set.of(), Set.of(), few(random, HARDWARE), few(random, GROUPS));
        };
    }

    private static UserSelector randomUsers(Random random) {
        return random.nextInt(3) == 0 ? UserSelector.of(Set.of(100 + random.nextInt(2))) : UserSelector.ALL;
    }

    private static <T> T one(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static Collection<String> few(Random random, List<String> from) {
        return Set.of(one(random, from));
    }

    private static Collection<String> some(Random random, List<String> from) {
        Set<String> chosen = new TreeSet<>();
        from.stream().filter(ignored -> random.nextBoolean()).forEach(chosen::add);
        return chosen;
    }

    private static Collection<String> most(Random random, List<String> from) {
        Set<String> chosen = new TreeSet<>();
        from.stream().filter(ignored -> random.nextInt(4) > 0).forEach(chosen::add);
        return chosen;
    }
}
