package dev.muster.agent.policy;

import static dev.muster.agent.policy.PolicyDevice.CAMERA;
import static dev.muster.agent.policy.PolicyDevice.MICROPHONE;
import static dev.muster.agent.policy.PolicyDevice.PUMP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.model.AppKey;
import dev.muster.protocol.permissions.PermissionEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountsTest {
    @TempDir
    Path directory;

    private PolicyDevice device;

    @BeforeEach
    void powerOn() throws IOException {
        device = new PolicyDevice(directory);
        device.time.contact(Optional.empty());
        device.install(PolicyDevice.bundle(1, Set.of(CAMERA)));
    }

    @Test
    void saysHowOftenEachPermissionWasAskedForAndStartsAnew() {
        device.policy.verify(PUMP, CAMERA);
        device.policy.verify(PUMP, CAMERA);
        device.policy.verify(PUMP, MICROPHONE);
        device.pass(Duration.ofMinutes(15));

        List<PermissionEvent> taken = taken();

        var interval =
                new PermissionEvent.Interval(PolicyDevice.START, PolicyDevice.START.plus(Duration.ofMinutes(15)));
        var app = PermissionEvent.App.of(PUMP.bundle());
        assertThat(taken)
                .containsExactly(
                        new PermissionEvent.Usage(app, CAMERA, interval, 2, 0),
                        new PermissionEvent.Usage(app, MICROPHONE, interval, 0, 1));
        assertThat(taken()).isEmpty();
    }

    @Test
    void namesThatNobodyKnowsTakeNoPlace() {
        for (int i = 0; i < 2 * UsageRecorder.MAX_KEYS; i++) {
            device.policy.verify(AppKey.of("com.example.made-up-" + i), CAMERA);
            device.policy.verify(PUMP, "made.up." + i);
        }
        device.policy.verify(PUMP, CAMERA);

        assertThat(taken()).hasSize(1).first().isInstanceOf(PermissionEvent.Usage.class);
    }

    @Test
    void whatFindsNoPlaceIsCountedAsDropped() {
        Tally<String> tally = new Tally<>(2);
        for (String key : List.of("a", "b", "c", "c", "a")) {
            tally.count(key, true);
        }

        Tally.Taken<String> taken = tally.take();

        assertThat(taken.counts()).containsOnlyKeys("a", "b").containsEntry("a", new Tally.Count(2, 0));
        assertThat(taken.dropped()).isEqualTo(2);
        tally.count("c", false);
        assertThat(tally.take().counts()).containsEntry("c", new Tally.Count(0, 1));
    }

    @Test
    void losesNoCountWhileOthersCountAndTake() throws Exception {
        Tally<Integer> tally = new Tally<>(64);
        AtomicBoolean counting = new AtomicBoolean(true);
        long each = 100_000;
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            Callable<Long> counter = () -> {
                for (long i = 0; i < each; i++) {
                    tally.count((int) (i & 31), (i & 1) == 0);
                }
                return each;
            };
            Callable<Long> taker = () -> {
                long sum = 0;
                while (counting.get()) {
                    sum += sum(tally);
                }
                return sum;
            };
            Future<Long> taken = threads.submit(taker);
            for (Future<Long> done : threads.invokeAll(List.of(counter, counter))) {
                assertThat(done.get()).isEqualTo(each);
            }
            counting.set(false);

            assertThat(taken.get() + sum(tally)).isEqualTo(2 * each);
        }
    }

    @Test
    void aWatchedPolicyIsComparedAndChangesNoAnswer() throws IOException {
        watch(PolicyDevice.bundle(9, Set.of(MICROPHONE)));

        boolean camera = device.policy.verify(PUMP, CAMERA).verdict().granted();
        device.policy.verify(PUMP, CAMERA);
        device.policy.verify(PUMP, "ohos.permission.LOCATION");

        assertThat(camera).isTrue();
        assertThat(device.policy.report().shadowVersion()).contains(9L);
        assertThat(shadows(taken()))
                .containsExactly(new PermissionEvent.Shadow(
                        PermissionEvent.App.of(PUMP.bundle()),
                        CAMERA,
                        true,
                        false,
                        "role",
                        "not-in-role",
                        2,
                        new PermissionEvent.Interval(PolicyDevice.START, PolicyDevice.START),
                        9));
    }

    @Test
    void aWatchedPolicySurvivesARestartAndEndsWhenTheDocumentSaysSo() throws IOException {
        watch(PolicyDevice.bundle(9, Set.of(MICROPHONE)));
        device.reboot();
        assertThat(device.policy.shadowVersion()).contains(9L);

        device.policy.shadowInstaller().remove();
        device.policy.verify(PUMP, CAMERA);

        assertThat(device.policy.shadowVersion()).isEmpty();
        assertThat(shadows(taken())).isEmpty();
    }

    @Test
    void aWatchedPolicyThatIsBrokenOnDiskHurtsNothing() throws IOException {
        byte[] watched = PolicyDevice.bundle(9, Set.of(MICROPHONE));
        watch(watched);
        java.nio.file.Files.write(
                device.state.shadow().resolve(PolicyDevice.sha256(watched) + ".bundle"), new byte[watched.length]);

        device.reboot();

        assertThat(device.policy.verify(PUMP, CAMERA).verdict().granted()).isTrue();
        assertThat(device.policy.shadowVersion()).isEmpty();
    }

    private void watch(byte[] bundle) throws IOException {
        device.install(
                device.policy.shadowInstaller(),
                PolicyDevice.target("policy-shadow", bundle, Duration.ofDays(90), "keep"),
                bundle);
    }

    private List<PermissionEvent> taken() {
        return device.policy.takeCounts().stream()
                .map(PermissionEvent::read)
                .flatMap(Optional::stream)
                .toList();
    }

    private static List<PermissionEvent> shadows(List<PermissionEvent> events) {
        return events.stream().filter(PermissionEvent.Shadow.class::isInstance).toList();
    }

    private static long sum(Tally<Integer> tally) {
        return tally.take().counts().values().stream()
                .mapToLong(count -> count.yes() + count.no())
                .sum();
    }
}
