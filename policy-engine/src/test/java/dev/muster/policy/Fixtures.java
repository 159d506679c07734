package dev.muster.policy;

import dev.muster.policy.condition.DirectEvaluator;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.UserSelector;
import dev.muster.policy.model.Zone;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.time.Instant;
import java.time.LocalDate;
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

    /** The policy of the golden bundle of format version 2: do not change. */
    public static PolicySnapshot shiftPolicy() {
        Condition.Fact pit = new Condition.Fact(FactKind.ZONE, "pit");
        Condition.Fact nights = new Condition.Fact(FactKind.SHIFT, "nights");
        Condition.Fact blasters = new Condition.Fact(FactKind.GROUP, "blasters");
        Condition dayOrPit = new Condition.Any(List.of(
                pit, new Condition.All(List.of(new Condition.Minutes(360, 1080), new Condition.Weekdays(0b0011111)))));
        List<PolicyDocument> documents = new ArrayList<>(minePolicy().roles());
        documents.add(new Role(
                "watcher",
                "",
                new TreeSet<>(),
                List.of(new Role.Conditional(new TreeSet<>(Set.of(MICROPHONE, LOCATION)), nights))));
        documents.addAll(places());
        documents.add(new Binding(
                "drill-camera",
                "",
                List.of("camera-user", "watcher"),
                AppSelector.bundles("com.example.drill"),
                DeviceSelector.EVERYWHERE,
                UserSelector.ALL,
                dayOrPit));
        documents.add(new Capability(
                "blast-survey",
                "",
                new TreeSet<>(Set.of(LOCATION, VENDOR)),
                AppSelector.ALL,
                DeviceSelector.Attributes.tags("crusher"),
                UserSelector.ALL,
                blasters,
                Optional.of(Instant.parse("2026-03-01T00:00:00Z")),
                Instant.parse("2026-04-01T00:00:00Z"),
                Optional.empty()));
        documents.add(GuardRail.of(
                "no-cameras-while-blasting",
                "",
                Set.of(CAMERA),
                Optional.empty(),
                Set.of(LOCATION),
                AppSelector.ALL,
                DeviceSelector.EVERYWHERE,
                UserSelector.ALL,
                new Condition.Fact(FactKind.STATE, "blasting")));
        return PolicySnapshot.of(8, documents);
    }

    /** The profile of the golden bundle of format version 2: do not change. */
    public static DeviceProfile shiftDevice() {
        DeviceProfile mine = mineDevice();
        return DeviceProfile.of(
                DeviceAttributes.of("north", Set.of("crusher"), "rk3568", Set.of(), "Europe/Berlin", Set.of()),
                mine.apps());
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

    /** A policy without conditions. */
    public static PolicySnapshot randomPolicy(Random random) {
        return randomPolicy(random, Condition.ALWAYS, List.of());
    }

    private static PolicySnapshot randomPolicy(Random random, Condition when, List<PolicyDocument> more) {
        List<PolicyDocument> documents = new ArrayList<>(more);
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
                    when));
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
                    when));
        }
        return PolicySnapshot.of(random.nextInt(100), documents);
    }

    private static final List<Condition.Fact> FACTS = List.of(
            new Condition.Fact(FactKind.ZONE, "pit"),
            new Condition.Fact(FactKind.ZONE, "yard"),
            new Condition.Fact(FactKind.SHIFT, "nights"),
            new Condition.Fact(FactKind.GROUP, "blasters"),
            new Condition.Fact(FactKind.STATE, "charging"),
            new Condition.Fact(FactKind.NETWORK, "wifi"));

    /** Zones "pit" and "yard" by tag and shift "nights". */
    public static List<PolicyDocument> places() {
        return List.of(
                new Zone("pit", "the pit", Optional.empty(), new TreeSet<>(Set.of("gate-1"))),
                new Zone(
                        "yard",
                        "the yard",
                        Optional.of(new Zone.Area.Circle(new Zone.Point(50, 10), 1000)),
                        new TreeSet<>(Set.of("gate-2"))),
                new Shift(
                        "nights",
                        "",
                        List.of(new Shift.Window(0b0011111, 22 * 60, 6 * 60)),
                        new TreeSet<>(Set.of(LocalDate.parse("1970-01-02"))),
                        new TreeSet<>()));
    }

    /** The same with conditions at bindings, roles and guard rails, capabilities, and what the conditions ask for. */
    public static PolicySnapshot randomConditionalPolicy(Random random) {
        PolicySnapshot plain = randomPolicy(random, Condition.ALWAYS, places());
        List<PolicyDocument> documents = new ArrayList<>(places());
        for (Role role : plain.roles()) {
            List<Role.Conditional> conditional = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                conditional.add(new Role.Conditional(new TreeSet<>(some(random, PERMISSIONS)), condition(random)));
            }
            documents.add(new Role(
                    role.name(),
                    "",
                    random.nextBoolean() ? role.permissions() : new TreeSet<>(few(random, PERMISSIONS)),
                    conditional));
        }
        plain.bindings()
                .forEach(binding -> documents.add(new Binding(
                        binding.name(),
                        "",
                        binding.roles(),
                        binding.apps(),
                        binding.devices(),
                        binding.users(),
                        condition(random))));
        plain.guardRails()
                .forEach(rail -> documents.add(GuardRail.of(
                        rail.name(),
                        "",
                        rail.deny(),
                        rail.ceiling(),
                        rail.denyAfterLease(),
                        rail.apps(),
                        rail.devices(),
                        rail.users(),
                        condition(random))));
        for (int i = random.nextInt(3); i > 0; i--) {
            documents.add(new Capability(
                    "capability-" + random.nextInt(1000) + "-" + i,
                    "",
                    new TreeSet<>(few(random, PERMISSIONS)),
                    randomApps(random),
                    random.nextInt(4) == 0
                            ? new DeviceSelector.Ids(new TreeSet<>(Set.of("device-1")))
                            : randomDevices(random),
                    randomUsers(random),
                    condition(random),
                    random.nextBoolean() ? Optional.empty() : Optional.of(Instant.ofEpochSecond(random.nextInt(1000))),
                    Instant.ofEpochSecond(1000 + random.nextInt(1_000_000)),
                    Optional.empty()));
        }
        return PolicySnapshot.of(plain.version(), documents);
    }

    private static Condition condition(Random random) {
        return random.nextInt(3) == 0 ? Condition.ALWAYS : DirectEvaluator.random(random, FACTS, 2);
    }

    /** A moment within the first days of 1970, which random instants and shifts fall into. */
    public static Situation randomSituation(Random random) {
        return new Situation(
                Instant.ofEpochSecond(random.nextInt(random.nextBoolean() ? 1100 : 1_100_000)),
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(new Zone.Point(50 + random.nextInt(2) * 0.001, 10 + random.nextInt(2))),
                new TreeSet<>(some(random, List.of("gate-1", "gate-2"))),
                new TreeSet<>(some(random, List.of("blasters", "others"))),
                new TreeSet<>(some(random, List.of("charging"))),
                random.nextBoolean() ? Optional.of("wifi") : Optional.empty());
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
                        random.nextBoolean() ? "" : one(random, List.of("Europe/Berlin", "America/Lima")),
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
