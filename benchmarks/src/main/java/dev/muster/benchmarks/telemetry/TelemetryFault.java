package dev.muster.benchmarks.telemetry;

import dev.muster.agent.store.AtomicFiles;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * {@code ./muster fault telemetry}: kills every part of the path again and again while devices send, cuts and freezes their
 * network, lets them come and go, and then accounts for every message. Exit codes: 0 all holds, 1 it does not, 2 wrong use.
 */
public final class TelemetryFault {
    private static final int DEVICES = 50;
    private static final int RATE = 3_000;
    private static final int KILLS = 10;
    private static final long CUT_MILLIS = 120_000;
    private static final long FREEZE_MILLIS = 10_000;
    private static final int CYCLES = 10_000;
    private static final int SHORT = 20;
    private static final double HEAP_GROWTH = 1.2;
    private static final int DESCRIPTOR_GROWTH = 20;

    private final PrintStream out;

    private TelemetryFault(PrintStream out) {
        this.out = out;
    }

    /** {@code [--quick]}. */
    public static void main(String[] args) throws Exception {
        List<String> words = List.of(args);
        int kills = words.contains("--quick") ? 1 : KILLS;
        long divisor = words.contains("--quick") ? SHORT : 1;
        if (!words.isEmpty() && !words.equals(List.of("--quick"))) {
            System.err.println(
                    "fault telemetry: expected `--quick` or nothing, found `" + String.join(" ", words) + "`");
            System.exit(2);
        }
        Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();
        Path directory = Files.createTempDirectory("muster-fault");
        String classPath = System.getProperty("java.class.path")
                + File.pathSeparator
                + Files.readString(home.resolve("benchmarks/target/peers.classpath"))
                        .strip();
        int code;
        try (FaultRig rig = new FaultRig(home, directory, classPath, DEVICES)) {
            code = new TelemetryFault(System.out).run(rig, kills, divisor);
        } finally {
            AtomicFiles.deleteTree(directory);
        }
        System.exit(code);
    }

    private int run(FaultRig rig, int kills, long divisor) throws IOException, InterruptedException, SQLException {
        Random random = new Random();
        rig.startSending(RATE);
        for (int kill = 1; kill <= kills; kill++) {
            for (FaultRig.Part part : FaultRig.Part.values()) {
                TimeUnit.MILLISECONDS.sleep(1_000 + random.nextInt(2_000));
                out.printf("%tT kill %d of %d: %s%n", System.currentTimeMillis(), kill, kills, part);
                rig.kill(part);
                rig.awaitConnected();
            }
        }
        out.println("the network is cut for " + CUT_MILLIS / divisor / 1_000 + " s");
        rig.cutNetwork(CUT_MILLIS / divisor);
        rig.awaitConnected();
        out.println("connections carry nothing for " + FREEZE_MILLIS / 1_000 + " s");
        rig.freezeNetwork(FREEZE_MILLIS);
        rig.awaitConnected();
        FaultVerdict verdict = FaultVerdict.of(rig, rig.stopSending());
        out.println(verdict);
        List<String> complaints = new java.util.ArrayList<>(verdict.complaints());
        complaints.addAll(comeAndGo(rig, (int) (CYCLES / divisor)));
        complaints.forEach(complaint -> out.println("fault telemetry: " + complaint));
        out.println(complaints.isEmpty() ? "fault telemetry: all holds" : "fault telemetry: FAILED");
        return complaints.isEmpty() ? 0 : 1;
    }

    private List<String> comeAndGo(FaultRig rig, int cycles) throws IOException, InterruptedException {
        rig.connectAndGo(cycles / 10); // what the first ones leave behind stays
        long heap = rig.gatewayHeap();
        long descriptors = rig.gatewayDescriptors();
        rig.connectAndGo(cycles);
        long heapAfter = rig.gatewayHeap();
        long descriptorsAfter = rig.gatewayDescriptors();
        out.printf(
                "%,d connections came and went: heap %,d to %,d bytes, descriptors %d to %d%n",
                cycles, heap, heapAfter, descriptors, descriptorsAfter);
        if (heapAfter > heap * HEAP_GROWTH || descriptorsAfter > descriptors + DESCRIPTOR_GROWTH) {
            return List.of("expected neither heap nor descriptors to grow");
        }
        return List.of();
    }
}
