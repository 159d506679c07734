package dev.muster.policy.bundle;

import static dev.muster.policy.Fixtures.CAMERA;
import static dev.muster.policy.Fixtures.DRILL;
import static dev.muster.policy.Fixtures.INSTALL;
import static dev.muster.policy.Fixtures.LAMP;
import static dev.muster.policy.Fixtures.LOCATION;
import static dev.muster.policy.Fixtures.MICROPHONE;
import static dev.muster.policy.Fixtures.VENDOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.policy.Fixtures;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BundleTest {
    @Test
    void readsTheGoldenFileOfFormatVersion1() throws IOException {
        Bundle bundle = Bundle.open(ByteBuffer.wrap(GoldenBundle.file()));

        assertThat(bundle.policyVersion()).isEqualTo(7);
        assertThat(bundle.rows()).isEqualTo(3);
        assertThat(ask(bundle, DRILL, CAMERA))
                .isEqualTo("granted: binding `drill-camera` gives `com.example.drill@100` the role `camera-user`,"
                        + " which holds `ohos.permission.CAMERA`");
        assertThat(ask(bundle, DRILL, LOCATION)).contains("the role `surveyor`");
        assertThat(ask(bundle, DRILL, MICROPHONE))
                .isEqualTo("denied: guard rail `no-microphones` denies `ohos.permission.MICROPHONE`");
        assertThat(ask(bundle, DRILL, INSTALL)).startsWith("denied: the level of `com.example.drill@100` is too low");
        assertThat(ask(bundle, DRILL, VENDOR)).startsWith("granted: ");
        assertThat(ask(bundle, LAMP, VENDOR)).contains("does not request");
        assertThat(ask(bundle, LAMP, "com.example.permission.BLAST")).contains("is defined");
        assertThat(ask(bundle, DRILL, "nope")).isEqualTo("denied: no permission `nope` is defined");
        assertThat(ask(bundle, LAMP, CAMERA))
                .isEqualTo("denied: no binding is for `com.example.lamp@100` on this device");
        assertThat(ask(bundle, new AppKey("com.example.lamp", 100, 1), CAMERA))
                .isEqualTo("denied: `com.example.lamp@100#1` does not request `ohos.permission.CAMERA`");
        assertThat(ask(bundle, AppKey.of("com.example.nobody"), CAMERA))
                .isEqualTo("denied: the policy in force does not know `com.example.nobody@100`");
        long afterLease = bundle.verify(
                bundle.row(DRILL), bundle.permission(LOCATION), LeaseState.ENDED_GUARDRAILS, DecisionContext.NONE);
        assertThat(bundle.describe(afterLease))
                .isEqualTo(new Answer(
                        false,
                        Reason.LEASE_GUARD_RAIL,
                        java.util.Optional.of(Rule.guardRail("no-microphones")),
                        java.util.Optional.empty()));
    }

    @Test
    void writesTheGoldenFileOfFormatVersion1() throws IOException {
        assertThat(GoldenBundle.compiled()).isEqualTo(GoldenBundle.file());
    }

    @Test
    void readsTheGoldenFileOfFormatVersion2() throws IOException {
        Bundle bundle = Bundle.open(ByteBuffer.wrap(GoldenBundle.file(2)));
        // A Wednesday in March, 13:00 and 23:00 in Berlin.
        Situation day = Situation.at(Instant.parse("2026-03-04T12:00:00Z"));
        Situation night = Situation.at(Instant.parse("2026-03-04T22:00:00Z"));
        Situation nightInThePit = with(night, Set.of("gate-1"), Set.of(), Set.of());
        Situation blasting = with(day, Set.of(), Set.of("blasters"), Set.of("blasting"));

        assertThat(bundle.policyVersion()).isEqualTo(8);
        assertThat(ask(bundle, DRILL, CAMERA, day))
                .isEqualTo("granted: binding `drill-camera` gives `com.example.drill@100` the role `camera-user`,"
                        + " which holds `ohos.permission.CAMERA`; its condition holds: from 06:00 to 18:00, on"
                        + " Mon-Fri; or with zone `pit`");
        assertThat(ask(bundle, DRILL, CAMERA, night))
                .isEqualTo("denied: binding `drill-camera` would give `ohos.permission.CAMERA`, but its condition does"
                        + " not hold now: from 06:00 to 18:00, on Mon-Fri; or with zone `pit`");
        assertThat(ask(bundle, DRILL, CAMERA, blasting))
                .isEqualTo("denied: guard rail `no-cameras-while-blasting` denies `ohos.permission.CAMERA`; its"
                        + " condition holds: with state `blasting`");
        assertThat(ask(bundle, LAMP, CAMERA, blasting)).startsWith("denied: guard rail `no-cameras-while-blasting`");
        assertThat(ask(bundle, LAMP, CAMERA, day)).startsWith("denied: no binding is for");
        assertThat(ask(bundle, DRILL, LOCATION, nightInThePit)).contains("the role `watcher`");
        assertThat(ask(bundle, DRILL, LOCATION, blasting)).startsWith("granted: capability `blast-survey` gives");
        assertThat(ask(bundle, DRILL, VENDOR, blasting.withNow(Instant.parse("2026-04-01T00:00:00Z"))))
                .startsWith("denied: capability `blast-survey` would give")
                .contains("before 2026-04-01T00:00:00Z, with group `blasters`");
        assertThat(ask(bundle, DRILL, INSTALL, day)).startsWith("denied: the level of");
        assertThat(ask(bundle, LAMP, VENDOR, day)).contains("does not request");
    }

    private static Situation with(Situation situation, Set<String> tags, Set<String> groups, Set<String> states) {
        return new Situation(
                situation.now(),
                Optional.empty(),
                new TreeSet<>(tags),
                new TreeSet<>(groups),
                new TreeSet<>(states),
                Optional.empty());
    }

    private static String ask(Bundle bundle, AppKey app, String permission, Situation situation) {
        long decision = bundle.verify(
                bundle.row(app), bundle.permission(permission), LeaseState.HOLDS, bundle.context(situation));
        return bundle.describe(decision).text(app.toString(), permission);
    }

    @Test
    void writesTheGoldenFileOfFormatVersion2() throws IOException {
        assertThat(GoldenBundle.compiled2()).isEqualTo(GoldenBundle.file(2));
    }

    /** The same bundle as that of version 2, shorter. */
    @Test
    void readsAndWritesTheGoldenFileOfFormatVersion3() throws IOException {
        byte[] plain = GoldenBundle.file(2);

        byte[] compact = CompactBundle.compact(plain);

        assertThat(compact).isEqualTo(GoldenBundle.file(3)).hasSizeLessThan(plain.length);
        assertThat(BundleCheck.plain(ByteBuffer.wrap(compact).order(ByteOrder.LITTLE_ENDIAN))
                        .array())
                .isEqualTo(plain);
        Bundle bundle = Bundle.open(ByteBuffer.wrap(compact));
        Situation day = Situation.at(Instant.parse("2026-03-04T12:00:00Z"));
        assertThat(bundle.length()).isEqualTo(compact.length);
        assertThat(bundle.policyVersion()).isEqualTo(8);
        assertThat(ask(bundle, DRILL, CAMERA, day)).contains("the role `camera-user`");
    }

    /** Agents in the field read version 1 only: what can be said in it is said in it. */
    @Test
    void writesVersion1WhereNothingDependsOnTheMoment() {
        List<PolicyDocument> documents = new ArrayList<>(Fixtures.shiftPolicy().zones());
        documents.addAll(Fixtures.shiftPolicy().shifts());
        documents.addAll(Fixtures.minePolicy().roles());
        documents.addAll(Fixtures.minePolicy().bindings());
        documents.addAll(Fixtures.minePolicy().guardRails());

        byte[] bytes =
                new BundleCompiler(Fixtures.catalog()).compile(PolicySnapshot.of(7, documents), Fixtures.shiftDevice());

        assertThat(bytes).isEqualTo(GoldenBundle.compiled());
    }

    @Test
    void refusesATimeZoneItDoesNotKnow() {
        byte[] bundle = GoldenBundle.compiled2();
        String name = "Europe/Berlin";
        int at = new String(bundle, StandardCharsets.ISO_8859_1).indexOf(name);
        System.arraycopy("Europe/Muster".getBytes(StandardCharsets.UTF_8), 0, bundle, at, name.length());
        seal(bundle);

        assertThatThrownBy(() -> Bundle.open(ByteBuffer.wrap(bundle)))
                .isInstanceOf(BundleException.class)
                .hasMessage("bundle: section `conditions`: time zone expected, found `Europe/Muster`, which this system"
                        + " does not know");
    }

    @Test
    void listsWhatAnAppRequests() {
        Bundle bundle = Bundle.open(ByteBuffer.wrap(GoldenBundle.compiled()));

        assertThat(bundle.requested(bundle.row(DRILL)))
                .extracting(Bundle.Requested::permission)
                .containsExactlyInAnyOrder(CAMERA, LOCATION, MICROPHONE, INSTALL, VENDOR);
        assertThat(bundle.app(bundle.row(LAMP))).isEqualTo(LAMP);
    }

    @Test
    void opensABundleOfADeviceWithoutApps() {
        Bundle bundle = Bundle.open(ByteBuffer.wrap(new BundleCompiler()
                .compile(PolicySnapshot.empty(0), DeviceProfile.of(DeviceAttributes.NONE, List.of()))));

        assertThat(bundle.rows()).isZero();
        assertThat(Decision.reason(verify(bundle, DRILL, CAMERA))).isEqualTo(Reason.UNKNOWN_TOKEN);
    }

    @Test
    void answersWithoutAllocating() {
        Bundle bundle = Bundle.open(ByteBuffer.wrap(GoldenBundle.compiled2()));
        DecisionContext context = bundle.context(Situation.at(Instant.parse("2026-03-04T12:00:00Z")));
        int row = bundle.row(DRILL);
        int camera = bundle.permission(CAMERA);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long granted = count(bundle, row, camera, context);

        long before = threads.getCurrentThreadAllocatedBytes();
        granted += count(bundle, row, camera, context);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(granted).isEqualTo(80_000);
        // Reading the counter itself may cost a little; one object per question would cost hundreds of kilobytes.
        assertThat(allocated).isLessThan(10_000);
    }

    private static long count(Bundle bundle, int row, int permission, DecisionContext context) {
        long granted = 0;
        for (int i = 0; i < 20_000; i++) {
            granted += Decision.isGranted(bundle.verify(row, permission, LeaseState.HOLDS, context)) ? 1 : 0;
            granted += Decision.isGranted(bundle.verify(row, permission, LeaseState.ENDED_GUARDRAILS, context)) ? 1 : 0;
            granted += Decision.isGranted(bundle.verify(row, -1, LeaseState.HOLDS, context)) ? 1 : 0;
            granted += Decision.isGranted(bundle.verify(99, permission, LeaseState.HOLDS, context)) ? 1 : 0;
            granted +=
                    Decision.isGranted(bundle.verify("com.example.drill", 100, 0, LOCATION, LeaseState.HOLDS, context))
                            ? 1
                            : 0;
        }
        return granted;
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void refusesEveryTruncation(byte[] bundle) {
        for (int length = 0; length < bundle.length; length++) {
            byte[] cut = Arrays.copyOf(bundle, length);
            assertThatThrownBy(() -> Bundle.open(ByteBuffer.wrap(cut))).isInstanceOf(BundleException.class);
        }
        byte[] longer = Arrays.copyOf(bundle, bundle.length + 1);
        assertThatThrownBy(() -> Bundle.open(ByteBuffer.wrap(longer)))
                .hasMessage("bundle: " + bundle.length + " bytes expected, found " + longer.length);
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void refusesEveryAlteredByte(byte[] bundle) {
        for (int at = 0; at < bundle.length; at++) {
            byte[] altered = bundle.clone();
            altered[at] ^= 0x40;
            assertThatThrownBy(() -> Bundle.open(ByteBuffer.wrap(altered))).isInstanceOf(BundleException.class);
        }
    }

    @Test
    void namesWhatIsForeign() {
        byte[] bundle = GoldenBundle.compiled();

        assertThatThrownBy(() -> Bundle.open(ByteBuffer.wrap(new byte[500])))
                .hasMessageContaining("not a policy bundle: `MUSTERPB`");
        assertThatThrownBy(() -> Bundle.open(patched(bundle, BundleFormat.AT_VERSION, 4)))
                .hasMessage("bundle: format version 1 to 3 expected, found 4");
        assertThatThrownBy(() -> Bundle.open(patched(bundle, BundleFormat.AT_FEATURES, 1)))
                .hasMessage("bundle: needs features this reader does not know, bits 00000001");
        assertThatThrownBy(() -> Bundle.open(patched(bundle, BundleFormat.AT_BASE_CRC, 1)))
                .hasMessageContaining("made for another permission registry");
    }

    /** A bundle with a right checksum and wrong content can only come from a wrong writer; it must still not do harm. */
    @ParameterizedTest
    @MethodSource("bundles")
    void neitherFailsNorHangsOnABundleThatContradictsItself(byte[] bundle) {
        Random random = new Random(1);
        int opened = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] altered = bundle.clone();
            int changes = 1 + random.nextInt(3);
            for (int c = 0; c < changes; c++) {
                int at = random.nextInt(altered.length);
                altered[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : altered[at] + 1 - random.nextInt(3));
            }
            seal(altered);
            Bundle read;
            try {
                read = Bundle.open(ByteBuffer.wrap(altered));
            } catch (BundleException e) {
                continue;
            }
            opened++;
            for (int row = 0; row < read.rows(); row++) {
                assertThat(read.row(read.app(row))).isEqualTo(row);
                for (Bundle.Requested requested : read.requested(row)) {
                    read.describe(requested.decision()).text("app", requested.permission());
                    // What is listed is what is found.
                    assertThat(read.verify(
                                    row,
                                    read.permission(requested.permission()),
                                    LeaseState.HOLDS,
                                    DecisionContext.NONE))
                            .isEqualTo(requested.decision());
                }
                for (String permission : Fixtures.permissions()) {
                    read.describe(read.verify(
                            row, read.permission(permission), LeaseState.ENDED_GUARDRAILS, DecisionContext.NONE));
                }
            }
        }
        assertThat(opened).isPositive();
    }

    static Stream<byte[]> bundles() {
        return Stream.of(
                GoldenBundle.compiled(), GoldenBundle.compiled2(), CompactBundle.compact(GoldenBundle.compiled2()));
    }

    private static ByteBuffer patched(byte[] bundle, int at, int value) {
        byte[] patched = bundle.clone();
        ByteBuffer buffer = ByteBuffer.wrap(patched).order(ByteOrder.LITTLE_ENDIAN);
        if (at == BundleFormat.AT_VERSION) {
            buffer.putShort(at, (short) value);
        } else {
            buffer.putInt(at, value);
        }
        seal(patched);
        return ByteBuffer.wrap(patched);
    }

    private static void seal(byte[] bundle) {
        ByteBuffer.wrap(bundle)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(BundleFormat.AT_CRC, BundleWriter.checksum(bundle));
    }

    private static long verify(Bundle bundle, AppKey app, String permission) {
        return bundle.verify(bundle.row(app), bundle.permission(permission), LeaseState.HOLDS, DecisionContext.NONE);
    }

    private static String ask(Bundle bundle, AppKey app, String permission) {
        return bundle.describe(verify(bundle, app, permission)).text(app.toString(), permission);
    }
}
