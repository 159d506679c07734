package dev.muster.system.fault;

import dev.muster.system.AgentProcess;
import dev.muster.system.HapFile;
import dev.muster.system.Product;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One real agent, killed (SIGKILL) at random instants while image and app are updated by turns. After every kill its disk must
 * hold the old or the new, whole, and nothing that was installed may be installed again; after every update the server must
 * say what the disk says. What does not hold is a {@link Violation}; any other failure says nothing about the agent.
 */
public final class UpdateFault {
    /** The device; alone in its rollouts, whatever else the product has. */
    public static final String DEVICE = "fault-1";

    private static final String IDLE = "idle";
    private static final String BUNDLE = "com.example.fault";
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int IMAGE_BYTES = 8 << 20;
    /** Above every version and release counter of the story that may have been told before. */
    private static final int FIRST_VERSION = 1000;

    private static final int MOST_KILLS_PER_UPDATE = 6;
    private static final int ANYWHERE_ONE_IN = 8;
    private static final int MOST_MILLIS_AFTER_START = 3000;
    /** An update writes about as many states from its begin to its end. */
    private static final int MOST_WRITES = 8;

    private static final int MOST_MILLIS_AFTER_WRITE = 40;
    /** About as long as an update takes. */
    private static final int MOST_MILLIS_AFTER_BEGIN = 700;
    /** The last states are over before the next write is seen. */
    private static final int MOST_MILLIS_IN_TRIAL = 15;

    private static final long LONGEST_WAIT_MS = 30_000;
    private static final int IDLE_KILLS_ONE_IN = 4;

    private final Product product;
    private final AgentProcess agent;
    private final Path folder;
    private final Consumer<String> out;
    private final Random random;
    private final DeviceDisk disk;
    private final Map<String, Integer> killedIn = new TreeMap<>();
    private byte[] image;
    private Optional<String> app = Optional.empty();
    private int kills;
    private int forward;
    private int back;

    /**
     * What happened.
     *
     * @param forward updates that ended in the new
     * @param back updates that ended in the old, because the boot loader gave up a system that was killed again and again
     * @param killedIn kills by the state of the update they hit; {@code idle} where none was in progress
     */
    public record Summary(int kills, int forward, int back, Map<String, Integer> killedIn) {
        /** Kills that hit an update in progress. */
        public int hits() {
            return kills - killedIn.getOrDefault(IDLE, 0);
        }
    }

    /**
     * Begins with an agent that is enrolled as {@link #DEVICE} and does not run.
     *
     * @param folder for files, which exists
     * @param seed decides versions, bytes and instants
     * @param out told the progress, a line each
     */
    public UpdateFault(Product product, AgentProcess agent, Path folder, long seed, Consumer<String> out)
            throws IOException {
        this.product = product;
        this.agent = agent;
        this.folder = folder;
        this.out = out;
        this.random = new Random(seed);
        this.disk = new DeviceDisk(agent.state());
        this.image = disk.slot(disk.boot().active());
    }

    /** Kills so many times; the agent runs at the end. */
    public Summary run(int wanted) throws IOException {
        agent.start();
        for (int update = 0; kills < wanted; update++) {
            if (update % 2 == 0) {
                updateImage(FIRST_VERSION + update, wanted);
            } else {
                updateApp(FIRST_VERSION + update, wanted);
            }
            out.accept(kills + " of " + wanted + " kills, " + forward + " updates went through, " + back
                    + " went back; killed in " + killedIn);
        }
        return new Summary(kills, forward, back, Map.copyOf(killedIn));
    }

    private void updateImage(int version, int wanted) throws IOException {
        byte[] next = image(version);
        Path file = Files.write(folder.resolve("fault.img"), next);
        Map<String, Object> uploaded = product.json(
                "artifact",
                "upload",
                "image",
                file.toString(),
                "--name",
                "fault",
                "--version",
                version + ".0.0",
                "--hardware",
                "sim-board",
                "--release-counter",
                Integer.toString(version));
        String sha256 = Product.text(uploaded, "sha256");
        String rollout = rollOut("fault-image-" + version, sha256);
        Switch known = new Switch();
        killing(wanted, () -> {
            checkImage(next);
            boolean committed = isBooted(next) && disk.boot().trying().isEmpty();
            if (committed) {
                known.is(disk.bootStamp(), "image " + version);
            }
            return committed;
        });
        String state = finished(rollout);
        boolean arrived = isBooted(next);
        require(disk.boot().trying().isEmpty(), "a trial of the image is still going on after its end");
        checkImage(next);
        if (arrived) {
            known.is(disk.bootStamp(), "image " + version);
        }
        agrees(arrived, state, "image " + version);
        String expected = arrived ? version + ".0.0" : versionOf(image);
        eventually("the server's view of the image is " + expected, () -> expected.equals(imageInManifest()));
        image = arrived ? next : image;
    }

    private void updateApp(int version, int wanted) throws IOException {
        Path file = HapFile.write(folder.resolve("fault.hap"), BUNDLE, version, "1." + version, List.of());
        String sha256 = Product.text(product.json("artifact", "upload", "app", file.toString()), "sha256");
        String rollout = rollOut("fault-app-" + version, sha256);
        String next = "version " + version;
        Switch known = new Switch();
        killing(wanted, () -> {
            boolean switched = checkApp(next).equals(Optional.of(next));
            if (switched) {
                known.is(disk.appStamp(BUNDLE), "app " + version);
            }
            return switched;
        });
        String state = finished(rollout);
        boolean arrived = checkApp(next).equals(Optional.of(next));
        if (arrived) {
            known.is(disk.appStamp(BUNDLE), "app " + version);
            require(
                    disk.appEntries(BUNDLE).equals(List.of(Integer.toString(version), "current")),
                    "expected version " + version + " alone, found " + disk.appEntries(BUNDLE));
        }
        require(disk.downloads().isEmpty(), "left behind in `downloads`: " + disk.downloads());
        agrees(arrived, state, "app " + version);
        app = arrived ? Optional.of(next) : app;
        String code = app.map(text -> text.replaceAll("[^0-9]", "")).orElse("");
        eventually("the server's view of the app is " + code, () -> code.equals(appInManifest()));
    }

    /** The moment when what is new was first seen in force; from then on it must not be switched to again. */
    private static final class Switch {
        private Optional<String> seen = Optional.empty();

        void is(String stamp, String what) {
            require(seen.orElse(stamp).equals(stamp), what + " was installed twice: " + seen.orElse("") + ", " + stamp);
            seen = Optional.of(stamp);
        }
    }

    private interface Check {
        /** Whether the new is in force. */
        boolean run() throws IOException;
    }

    private void killing(int wanted, Check check) throws IOException {
        int most = Math.min(wanted - kills, 1 + random.nextInt(MOST_KILLS_PER_UPDATE));
        boolean over = false;
        for (int i = 0; i < most; i++) {
            untilSomeInstant(over);
            agent.kill();
            kills++;
            List<String> states = disk.progress();
            killedIn.merge(states.isEmpty() ? IDLE : String.join("+", states), 1, Integer::sum);
            over = check.run() && states.isEmpty();
            agent.start();
            // A device that has nothing to do is killed now and then only: the next update is worth more.
            if (over && random.nextInt(IDLE_KILLS_ONE_IN) != 0) {
                return;
            }
        }
    }

    /**
     * Mostly an instant within the update: some writes of the journal after it was first seen in progress and a moment after, where
     * mistakes would be, or some time after. Now and then any instant after the start, which is nearly always too early.
     */
    private void untilSomeInstant(boolean over) {
        boolean anywhere = random.nextInt(ANYWHERE_ONE_IN) == 0 || over;
        int writes = random.nextInt(MOST_WRITES);
        boolean byWrites = random.nextBoolean();
        long rest = random.nextInt(
                anywhere ? MOST_MILLIS_AFTER_START : byWrites ? MOST_MILLIS_AFTER_WRITE : MOST_MILLIS_AFTER_BEGIN);
        int inTrial = random.nextInt(MOST_MILLIS_IN_TRIAL);
        if (!anywhere) {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MS);
            awaitWrites(deadline, () -> !isProgressing());
            int[] left = {byWrites ? writes : 0};
            awaitWrites(deadline, () -> left[0]-- > 0 && !isIn("trial"));
            if (byWrites && isIn("trial")) {
                rest = inTrial;
            }
        }
        sleep(rest);
    }

    /** Waits from write to write of the journal, as long as {@code more} says so; it is asked before each. */
    private void awaitWrites(long deadline, BooleanSupplier more) {
        while (more.getAsBoolean()) {
            String stamp = disk.journalStamp();
            while (disk.journalStamp().equals(stamp)) {
                if (System.nanoTime() > deadline) {
                    return;
                }
                sleep(1);
            }
        }
    }

    private boolean isProgressing() {
        return !progress().isEmpty();
    }

    private boolean isIn(String state) {
        return progress().contains(state);
    }

    // The agent is writing it right now: what cannot be read is read again after the next write.
    private List<String> progress() {
        try {
            return disk.progress();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void checkImage(byte[] next) throws IOException {
        DeviceDisk.Boot boot = disk.boot();
        byte[] active = disk.slot(boot.active());
        require(
                Arrays.equals(active, image) || Arrays.equals(active, next),
                "neither the old nor the new image is whole in slot " + boot.active() + ": " + DeviceDisk.text(active));
        if (boot.trying().isPresent()) {
            byte[] trial = disk.slot(boot.trying().get());
            require(
                    Arrays.equals(trial, next),
                    "what boots next from slot " + boot.trying().get() + " is not the new image: "
                            + DeviceDisk.text(trial));
        }
    }

    private boolean isBooted(byte[] next) throws IOException {
        return Arrays.equals(disk.slot(disk.boot().active()), next);
    }

    private Optional<String> checkApp(String next) throws IOException {
        Optional<String> found = disk.app(BUNDLE);
        require(
                found.equals(app) || found.equals(Optional.of(next)),
                "expected the app to be " + app.orElse("absent") + " or " + next + ", found " + found.orElse("absent"));
        if (found.isPresent()) {
            require(
                    disk.appFiles(BUNDLE).containsAll(List.of("ets/modules.abc", "module.json", "pack.info")),
                    "the app is not whole: " + disk.appFiles(BUNDLE));
        }
        return found;
    }

    private static void agrees(boolean arrived, String state, String what) {
        require(
                arrived != state.equals("failed"),
                "the server says that " + what + " is `" + state + "` and the device " + (arrived ? "has" : "has not")
                        + " got it");
    }

    // A device that goes back stops its rollout; the next one of the same target takes its place.
    private String rollOut(String name, String artifact) {
        String release = Product.text(product.json("release", "create", name, "1", "--artifact", artifact), "id");
        Map<String, Object> rollout = product.json(
                "rollout",
                "create",
                name,
                "--release",
                release,
                "-q",
                "id==" + DEVICE,
                "--wave",
                "100%",
                "--success",
                "1",
                "--max-failure",
                "100");
        return Product.text(rollout, "id");
    }

    /** What the server says in the end of the device in the rollout; nothing is in progress on the device then. */
    private String finished(String rollout) throws IOException {
        String[] state = {""};
        eventually("an end of the update", () -> {
            // The disk first: to ask it costs nothing, and the server cannot know before it does.
            if (!disk.progress().isEmpty()) {
                return false;
            }
            state[0] = product.items("rollout", "devices", rollout).stream()
                    .filter(row -> DEVICE.equals(row.get("device")))
                    .map(row -> String.valueOf(row.get("state")))
                    .findFirst()
                    .orElse("");
            return state[0].equals("succeeded") || state[0].equals("failed");
        });
        forward += state[0].equals("failed") ? 0 : 1;
        back += state[0].equals("failed") ? 1 : 0;
        return state[0];
    }

    @SuppressWarnings("unchecked")
    private String imageInManifest() {
        Map<String, Object> manifest = product.json("devices", "manifest", DEVICE);
        return String.valueOf(((Map<String, Object>) Objects.requireNonNull(manifest.get("image"))).get("version"));
    }

    @SuppressWarnings("unchecked")
    private String appInManifest() {
        Map<String, Object> manifest = product.json("devices", "manifest", DEVICE);
        return ((List<Map<String, Object>>) Objects.requireNonNull(manifest.get("apps")))
                .stream()
                        .filter(one -> BUNDLE.equals(one.get("bundle")))
                        .map(one -> String.valueOf(one.get("versionCode")))
                        .findFirst()
                        .orElse("");
    }

    private byte[] image(int version) {
        byte[] bytes = new byte[IMAGE_BYTES];
        random.nextBytes(bytes);
        byte[] head = ("muster-image\nversion=" + version + ".0.0\n\n").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, bytes, 0, head.length);
        return bytes;
    }

    private static String versionOf(byte[] image) {
        String head = new String(image, 0, Math.min(image.length, 64), StandardCharsets.ISO_8859_1);
        int from = head.indexOf("version=") + "version=".length();
        return head.substring(from, head.indexOf('\n', from));
    }

    private static void eventually(String what, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .ignoreExceptions()
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new Violation("not within " + PATIENCE.toSeconds() + " s: " + what);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Violation(otherwise);
        }
    }
}
