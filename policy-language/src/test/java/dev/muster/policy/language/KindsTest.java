package dev.muster.policy.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicyTest;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.UserSelector;
import dev.muster.policy.model.Zone;
import dev.muster.policy.permission.Apl;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What each kind of document means, and how its mistakes are told. */
class KindsTest {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String MICROPHONE = "ohos.permission.MICROPHONE";

    @Test
    void aRoleGivesSomePermissionsOnlyUnderConditions() {
        assertThat(read("Role"))
                .isEqualTo(new Role(
                        "x",
                        "",
                        new TreeSet<>(Set.of(CAMERA)),
                        List.of(new Role.Conditional(
                                new TreeSet<>(
                                        Set.of("ohos.permission.LOCATION", "ohos.permission.APPROXIMATELY_LOCATION")),
                                new Fact(FactKind.ZONE, "pit")))));
    }

    @Test
    void aBindingHoldsUnderItsCondition() {
        assertThat(((Binding) read("Binding")).when()).isEqualTo(new Fact(FactKind.SHIFT, "early"));
    }

    @Test
    void aGuardRailLimitsUnderItsCondition() {
        assertThat(read("GuardRail"))
                .isEqualTo(GuardRail.of(
                        "x",
                        "",
                        Set.of(MICROPHONE),
                        Optional.of(Set.of(CAMERA)),
                        Set.of(CAMERA),
                        AppSelector.ALL,
                        new DeviceSelector.Expression("site==north;tag==truck"),
                        UserSelector.ALL,
                        new Condition.Not(new Fact(FactKind.NETWORK, "site-wifi"))));
    }

    @Test
    void aCapabilityHasItsTime() {
        assertThat(read("Capability"))
                .isEqualTo(new Capability(
                        "x",
                        "",
                        new TreeSet<>(Set.of(CAMERA)),
                        AppSelector.bundles("com.acme.repair"),
                        new DeviceSelector.Ids(new TreeSet<>(Set.of("press-07", "press-08"))),
                        UserSelector.of(Set.of(100)),
                        new Fact(FactKind.GROUP, "crew"),
                        Optional.of(Instant.parse("2026-03-01T06:00:00Z")),
                        Instant.parse("2026-03-02T05:00:00Z"),
                        Optional.of(Policies.HOLDER)));
    }

    @Test
    void aZoneIsAnAreaOrTags() {
        assertThat(read("Zone"))
                .isEqualTo(new Zone(
                        "x",
                        "",
                        Optional.of(new Zone.Area.Circle(new Zone.Point(67.85, 20.2), 250)),
                        new TreeSet<>(Set.of("gate-1", "gate-2"))));
        assertThat(((Zone) Policies.read("Zone", """
                polygon:
                  - {latitude: 1, longitude: 2}
                  - {latitude: -1.5, longitude: 2}
                  - {latitude: "1", longitude: +3}
                """)).area())
                .contains(new Zone.Area.Polygon(
                        List.of(new Zone.Point(1, 2), new Zone.Point(-1.5, 2), new Zone.Point(1, 3))));
    }

    @Test
    void aShiftIsACalendarWhoseTimesStayText() {
        assertThat(read("Shift"))
                .isEqualTo(new Shift(
                        "x",
                        "",
                        List.of(new Shift.Window(0b0011111, 360, 840), new Shift.Window(0b1111111, 1320, 360)),
                        new TreeSet<>(Set.of(LocalDate.parse("2026-12-25"))),
                        new TreeSet<>(Set.of(LocalDate.parse("2026-12-27")))));
    }

    @Test
    void aTestImaginesDeviceAppAndMoment() {
        assertThat(read("PolicyTest"))
                .isEqualTo(new PolicyTest(
                        "x",
                        "",
                        DeviceAttributes.of(
                                "north",
                                Set.of("crusher"),
                                "rk3568",
                                Set.of("pilot"),
                                "Europe/Berlin",
                                Set.of("site==north;tag==truck")),
                        AppInstance.of(
                                new AppKey("com.acme.camera", 101, 1),
                                Apl.SYSTEM_BASIC,
                                Set.of(CAMERA),
                                Set.of(CAMERA),
                                "acme",
                                Set.of("video")),
                        new PolicyTest.Moment(
                                Instant.parse("2026-03-02T08:00:00Z"),
                                new TreeSet<>(Set.of("pit")),
                                new TreeSet<>(Set.of("crew")),
                                new TreeSet<>(Set.of("charging")),
                                "site-wifi"),
                        List.of(
                                new PolicyTest.Expectation(CAMERA, true, Optional.of("role")),
                                new PolicyTest.Expectation(MICROPHONE, false, Optional.empty()))));
    }

    @Test
    void aTestNeedsNoMoreThanAppMomentAndExpectation() {
        PolicyTest test = (PolicyTest) Policies.read("PolicyTest", """
                app: {bundle: a, requested: []}
                at: 2026-03-02T08:00:00Z
                expect: [{permission: no.such, answer: denied}]
                """);

        assertThat(test.device()).isEqualTo(DeviceAttributes.NONE);
        assertThat(test.app()).isEqualTo(AppInstance.of(AppKey.of("a"), Apl.NORMAL, Set.of()));
    }

    @Test
    void tellsMistakesInRoles() {
        assertThat(Policies.mistakes("Role", """
                permissions:
                  - [x]
                  - {names: [ohos.permission.CAMRA], when: "'pti' in zones"}
                  - {name: [], when: true}
                """))
                .containsExactly(
                        "2:5 x: field `permissions`: the name of a permission or a mapping with `names` and `when`"
                                + " expected, found a list",
                        "3:14 x permissions: the name of a permission expected, found `ohos.permission.CAMRA`; did you"
                                + " mean `ohos.permission.CAMERA`?",
                        "3:45 x permissions: field `when`: the name of a zone expected, found `pti`; did you mean"
                                + " `pit`?",
                        "4:5 x permissions: field `names` expected, found no such field",
                        "4:6 x permissions: one of `names`, `when` expected, found `name`; did you mean `names`?");
    }

    @Test
    void onlyCapabilitiesNameSingleDevices() {
        assertThat(Policies.mistakes("Binding", "roles: [camera-user]\napps: all\ndevices: {ids: [a]}"))
                .containsExactly(
                        "3:11 x devices: one of `groups`, `hardware`, `query`, `sites`, `tags` expected, found `ids`",
                        "3:16 x devices: single devices expected only in a Capability, found `ids`; give them a tag and"
                                + " name that");
        assertThat(Policies.mistakes("Capability", """
                permissions: []
                apps: all
                devices: {ids: [], tags: [t]}
                notBefore: 2026-03-01
                holder: AAAA
                """))
                .containsExactly(
                        "1:1 x: field `permissions`: at least one permission expected, found none",
                        "1:1 x: field `notAfter` expected, found no such field",
                        "3:16 x devices: either `ids` or the other fields expected, found both",
                        "4:12 x: field `notBefore`: an instant in whole seconds with its offset, such as"
                                + " `2026-03-01T06:00:00Z`, expected, found `2026-03-01`",
                        "5:9 x: field `holder`: a sound Ed25519 public key, 32 bytes in base64url without padding,"
                                + " expected, found `AAAA`");
    }

    @Test
    void aHoldersKeyUnderWhichAnybodyCouldSignIsRefused() {
        assertThat(Policies.mistakes("Capability", """
                permissions: [ohos.permission.CAMERA]
                apps: all
                devices: {tags: [t]}
                notAfter: 2026-03-01T00:00:00Z
                holder: %s
                """.formatted("A".repeat(43))))
                .singleElement()
                .asString()
                .contains("a sound Ed25519 public key");
    }

    @Test
    void aCapabilityEndsAfterItsStart() {
        assertThat(Policies.mistakes("Capability", """
                permissions: [ohos.permission.CAMERA]
                apps: all
                devices: all
                notBefore: 2026-03-01T06:00:00Z
                notAfter: 2026-03-01T06:00:00Z
                """))
                .containsExactly("5:11 x: field `notAfter`: an instant after `notBefore` (2026-03-01T06:00:00Z)"
                        + " expected, found `2026-03-01T06:00:00Z`");
    }

    @Test
    void tellsMistakesInZones() {
        assertThat(Policies.mistakes("Zone", "circle: {latitude: 91, longitude: 1e1, radiusMetres: 0}"))
                .containsExactly(
                        "1:20 x circle: field `latitude`: degrees from -90 to 90 expected, found `91`",
                        "1:35 x circle: field `longitude`: degrees from -180 to 180 expected, found `1e1`",
                        "1:54 x circle: field `radiusMetres`: a radius above 0 and at most 100000 metres expected,"
                                + " found `0`");
        assertThat(Policies.mistakes("Zone", "polygon: [{latitude: 1, longitude: 1}]"))
                .containsExactly("1:10 x: field `polygon`: 3 to 64 corners expected, found 1");
        assertThat(Policies.mistakes("Zone", """
                polygon: [{latitude: 1, longitude: 179}, {latitude: 2, longitude: -179}, {latitude: 1, longitude: -179}]
                """))
                .first()
                .asString()
                .contains("within 180 degrees of longitude expected, found -179.0 to 179.0");
        assertThat(Policies.mistakes("Zone", "tags: []"))
                .containsExactly("1:1 x: at least one of `circle`, `polygon`, `tags` expected, found none");
        assertThat(Policies.mistakes("Zone", "circle: {}\npolygon: []"))
                .containsExactly("2:10 x: either `circle` or `polygon` expected, found both");
    }

    @Test
    void tellsMistakesInShifts() {
        assertThat(Policies.mistakes("Shift", """
                windows:
                  - {days: [mon, Tue, mon], from: 6:00, to: 24:01}
                  - {days: weekdays, from: "24:00", to: "24:00"}
                  - {days: []}
                except: [2026-02-30, 24.12.2026]
                """))
                .containsExactly(
                        "2:18 x windows: field `days`: one of mon, tue, wed, thu, fri, sat, sun expected, found `Tue`",
                        "2:23 x windows: field `days`: `mon` expected once, found it again",
                        "2:35 x windows: field `from`: a time of day from `00:00` to `24:00`, such as `06:30`,"
                                + " expected, found `6:00`",
                        "2:45 x windows: field `to`: a time of day from `00:00` to `24:00`, such as `06:30`, expected,"
                                + " found `24:01`",
                        "3:12 x windows: field `days`: a list of days or the word `all` expected, found `weekdays`",
                        "3:28 x windows: field `from`: a time of day from `00:00` to `24:00`, such as `06:30`,"
                                + " expected, found `24:00`",
                        "4:5 x windows: field `from` expected, found no such field",
                        "4:5 x windows: field `to` expected, found no such field",
                        "4:12 x windows: field `days`: at least one day expected, or the word `all`; found none",
                        "5:10 x: field `except`: a date such as `2026-12-24` expected, found `2026-02-30`",
                        "5:22 x: field `except`: a date such as `2026-12-24` expected, found `24.12.2026`");
    }

    @Test
    void tellsMistakesInTests() {
        assertThat(Policies.mistakes("PolicyTest", """
                device: {timeZone: Berlin}
                app: {bundle: a, apl: core, requested: [ohos.permission.CAMRA], user: -1}
                zones: [pti]
                expect:
                  - {permission: ohos.permission.CAMERA, answer: yes, reason: gard-rail}
                """))
                .containsExactly(
                        "1:1 x: field `at` expected, found no such field",
                        "1:20 x device: field `timeZone`: an IANA time zone, such as `Europe/Berlin`, expected, found"
                                + " `Berlin`",
                        "2:23 x app: field `apl`: one of normal, system_basic, system_core expected, found `core`",
                        "2:41 x app: the name of a permission expected, found `ohos.permission.CAMRA`; did you mean"
                                + " `ohos.permission.CAMERA`?",
                        "2:71 x app: field `user`: a number of 0 or more expected, found `-1`",
                        "3:9 x: the name of a zone expected, found `pti`; did you mean `pit`?",
                        "5:50 x expect: field `answer`: one of granted, denied expected, found `yes`",
                        "5:63 x expect: field `reason`: one of " + String.join(", ", TestReader.REASONS)
                                + " expected, found `gard-rail`; did you mean `guard-rail`?");
    }

    private static dev.muster.policy.model.PolicyDocument read(String kind) {
        return Policies.read(kind, Policies.everything(kind));
    }
}
