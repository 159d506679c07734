package dev.muster.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.apps.AppWatch;
import dev.muster.agent.apps.Haps;
import dev.muster.agent.policy.PolicyDevice;
import dev.muster.agent.queue.DiskQueue;
import dev.muster.agent.transport.Wire;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.protocol.desired.TargetName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Years of a device in minutes: documents that change settings, app, policy and image, good and bad, with power cycles and a link that comes
 * and goes, on a clock of its own. What is left behind in memory and on disk must not grow. {@code ./muster soak agent} runs a hundred
 * thousand changes of the durable state, every test run some hundreds.
 */
@Isolated("counts threads and descriptors of the process")
class AgentSoakIT {
    private static final int CHANGES = Integer.getInteger("muster.soak.changes", 600);
    private static final int LOOKS = 60;
    private static final long QUEUE_BYTES = 1 << 20;
    private static final String APP = "com.example.pump";

    @TempDir
    Path directory;

    private final Wire wire = new Wire();
    private Instant now = Device.NOW;
    private int changes;

    /** What the agent takes at one moment. */
    private record Footprint(long heap, long threads, long descriptors, long files, long bytes, long queued) {}

    @Test
    void changesOfStateLeaveNothingBehind() throws Exception {
        Device device = new Device(directory.resolve("state"));
        device.hasPolicy = true;
        device.clock = () -> now;
        List<Footprint> seen = new ArrayList<>();
        Histogram half = Histogram.take();

        try (DiskQueue queue = new DiskQueue(directory.resolve("queue"), QUEUE_BYTES)) {
            Life life = new Life(device, queue);
            for (int look = 1; look <= LOOKS; look++) {
                while (changes < (long) CHANGES * look / LOOKS) {
                    life.round();
                }
                device.forgetWhatWasAsked();
                seen.add(look());
                if (look == LOOKS / 2) {
                    half = Histogram.take();
                }
            }
            System.out.println("agent soak: " + changes + " changes of state, " + life.rounds + " documents, "
                    + life.powerCycles + " power cycles, "
                    + Duration.between(Device.NOW, now).toDays() + " days");
        }

        System.out.println("agent soak: what grew most in the second half: " + half.grownTo(Histogram.take()));
        List<Footprint> second = seen.subList(LOOKS / 3, 2 * LOOKS / 3);
        List<Footprint> last = seen.subList(2 * LOOKS / 3, LOOKS);
        long heap = median(second, Footprint::heap);
        assertNoGrowth("heap after collection, bytes", second, last, Footprint::heap, heap / 50 + (256 << 10));
        assertNoGrowth("threads", second, last, Footprint::threads, 0);
        assertNoGrowth("open descriptors", second, last, Footprint::descriptors, 0);
        assertNoGrowth("files", second, last, Footprint::files, 2);
        assertNoGrowth("bytes of state on disk", second, last, Footprint::bytes, 16 << 10);
        // A segment goes when all of it was acknowledged: up to one of them is a saw's tooth, not growth.
        assertNoGrowth("bytes of the queue on disk", second, last, Footprint::queued, 256 << 10);
    }

    /** Live bytes of each class: names the culprit when a heap has grown. */
    private record Histogram(Map<String, Long> bytes) {
        static Histogram take() throws JMException {
            String text = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            Map<String, Long> bytes = new HashMap<>();
            for (String line : text.split("\n", -1)) {
                String[] words = line.strip().split("\\s+", -1);
                if (words.length >= 4 && words[0].endsWith(":")) {
                    bytes.merge(words[3], Long.parseLong(words[2]), Long::sum);
                }
            }
            return new Histogram(bytes);
        }

        String grownTo(Histogram later) {
            return later.bytes.entrySet().stream()
                    .map(entry -> Map.entry(entry.getKey(), entry.getValue() - bytes.getOrDefault(entry.getKey(), 0L)))
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(6)
                    .map(entry -> entry.getKey() + " " + entry.getValue())
                    .collect(Collectors.joining(", "));
        }
    }

    /** The device and what surrounds it. */
    private final class Life {
        private final Device device;
        private final DiskQueue queue;
        private Device.Running running;
        private Reporter reporter;
        private int rounds;
        private int powerCycles;
        private int image = 1;

        Life(Device device, DiskQueue queue) throws IOException {
            this.device = device;
            this.queue = queue;
            this.running = device.powerOn();
            this.reporter = new Reporter(
                    wire, () -> running.journal.state(), () -> Map.of("n", "1"), Optional::empty, Runnable::run);
            device.changed = state -> {
                changes++;
                reporter.changed();
            };
            powerOn();
        }

        private void powerOn() throws IOException {
            running = device.powerOn();
            powerCycles++;
        }

        void round() throws IOException {
            rounds++;
            now = now.plus(Duration.ofHours(5));
            link(rounds / 5 % 2 == 1);
            if (rounds % 23 == 0) {
                powerOn();
            }
            follow(document());
            new AppWatch(running.platform.apps(), () -> 0).lookIfDue();
            queue.append(("{\"metrics\":[{\"name\":\"uptime.seconds\",\"at\":" + now.toEpochMilli() + ",\"value\":"
                            + rounds + "}]}")
                    .getBytes(UTF_8));
            queue.sync();
            deliver();
        }

        /** Each names all four; one is new, and every eleventh time it is no good. */
        private DesiredState document() {
            boolean bad = rounds % 11 == 0;
            if (rounds % 13 == 0) {
                image++;
            }
            int third = rounds / 3;
            String settings = bad ? "{" + rounds : "{\"custom\":" + (rounds + 2) / 3 + "}";
            return new DesiredState(
                    rounds,
                    List.of(
                            device.target("settings", settings.getBytes(UTF_8), "v" + rounds, 0),
                            device.target("app/" + APP, Haps.hap(APP, 1 + (rounds + 1) / 3), "v" + rounds, 0),
                            policy(1 + third),
                            device.target(
                                    "image",
                                    Device.image("1.0." + image, image % 5 == 0 ? "health=fail" : ""),
                                    "1.0." + image,
                                    image)),
                    List.of());
        }

        private DesiredTarget policy(long version) {
            byte[] bundle = PolicyDevice.bundle(version, version % 2 == 0 ? Set.of(PolicyDevice.CAMERA) : Set.of());
            DesiredTarget target = device.target("policy", bundle, "v" + version, 0);
            return new DesiredTarget(
                    target.name(),
                    target.path(),
                    target.hardware(),
                    target.version(),
                    target.sha256(),
                    target.length(),
                    0,
                    Optional.of(Duration.ofDays(90)),
                    Optional.of("deny"));
        }

        private void follow(DesiredState desired) throws IOException {
            Reconciler.Result result = running.reconciler.reconcile(desired);
            while (result == Reconciler.Result.RESTARTING) {
                powerOn();
                result = running.reconciler.resume();
                if (result != Reconciler.Result.RESTARTING) {
                    result = running.reconciler.reconcile(desired);
                }
            }
            assertThat(result).isEqualTo(Reconciler.Result.SETTLED);
            assertThat(running.journal.state().condition(new TargetName.App(APP)))
                    .isPresent();
        }

        private void link(boolean up) {
            if (up != wire.up) {
                wire.up = up;
                if (up) {
                    reporter.connected();
                }
            }
        }

        /** What is said is acknowledged; what is queued leaves the queue. */
        private void deliver() throws IOException {
            while (!wire.sent.isEmpty()) {
                int said = wire.sent.size();
                wire.sent.clear();
                wire.topics.clear();
                wire.acknowledge(said);
            }
            if (wire.up) {
                List<DiskQueue.Entry> entries = queue.read(0, 16);
                while (!entries.isEmpty()) {
                    long sent = entries.getLast().sequence();
                    queue.acknowledge(sent);
                    entries = queue.read(sent, 16);
                }
            }
        }
    }

    private Footprint look() throws IOException {
        System.gc();
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        List<Long> state = sizes(directory.resolve("state"));
        List<Long> queue = sizes(directory.resolve("queue"));
        return new Footprint(
                heap,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                descriptors(),
                state.size() + queue.size(),
                state.stream().mapToLong(Long::longValue).sum(),
                queue.stream().mapToLong(Long::longValue).sum());
    }

    private static List<Long> sizes(Path directory) throws IOException {
        List<Long> sizes = new ArrayList<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                sizes.add(Files.size(file));
            }
        }
        return sizes;
    }

    /** Zero where this system does not tell. */
    private static long descriptors() throws IOException {
        Path own = Path.of("/proc/self/fd");
        if (!Files.isDirectory(own)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(own)) {
            return open.count();
        }
    }

    private static long median(List<Footprint> seen, ToLongFunction<Footprint> value) {
        return seen.stream()
                .mapToLong(value)
                .sorted()
                .skip(seen.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private static void assertNoGrowth(
            String what, List<Footprint> second, List<Footprint> last, ToLongFunction<Footprint> value, long slack) {
        long before = median(second, value);
        long after = median(last, value);
        System.out.println("agent soak: " + what + ": " + before + " in the second third, " + after + " in the last");
        assertThat(after).as(what).isLessThanOrEqualTo(before + slack);
    }
}
