package dev.muster.benchmarks.delta;

import dev.muster.benchmarks.Report;
import dev.muster.protocol.delta.BaseChunks;
import dev.muster.protocol.delta.ChunkIndex;
import dev.muster.protocol.delta.make.ImageBytes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Bytes that one device downloads for a new image, all metadata included, and what making and applying take, beside zstd, bsdiff,
 * xdelta3, casync and zchunk of Debian on the same pair in the same run. Every result is applied and compared. Linux only.
 */
public final class DeltaBenchmark {
    private static final OptionalDouble NO_BAR = OptionalDouble.empty();
    private static final int SEGMENT_LOG = 21;
    private static final String RELEASE = "release";
    private static final String HOTFIX = "hotfix";
    private static final String HAP = "hap";
    private static final String SQUASHFS = "squashfs";
    private static final List<String> PAIRS = List.of(RELEASE, HOTFIX, HAP, SQUASHFS);
    private static final List<String> SYSTEM = List.of("libc6", "systemd", "python3.11-minimal");
    private static final List<String> SECURITY = List.of("libssl3", "openssl");
    private static final List<String> PACKAGES =
            Stream.concat(SYSTEM.stream(), SECURITY.stream()).toList();
    private static final String KERNEL = "^linux-image-6[.]1[.]0-[0-9]+-amd64$";

    /** Of the agent's script, as far as it matters to memory and speed. */
    private static final String SMALL =
            " -XX:+UnlockDiagnosticVMOptions -XX:+UseSerialGC -Xms2m -Xmx16m -Xss228k -XX:CompileThresholdScaling=4"
                    + " -XX:-UsePerfData -XX:+IgnoreUnrecognizedVMOptions -XX:+DisplayVMOutputToStderr"
                    + " -XX:CompilerDirectivesFile=";

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();

    public DeltaBenchmark(PrintStream out) {
        this.out = out;
    }

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words) throws IOException, InterruptedException {
        List<String> pairs = new ArrayList<>(words);
        boolean quick = pairs.remove("--quick");
        if (!PAIRS.containsAll(pairs)) {
            out.println("bench delta: expected [--quick] and any of " + PAIRS + " (all without one), found `"
                    + String.join(" ", words) + "`");
            return 2;
        }
        List<String> missing = Peers.missing();
        if (!missing.isEmpty()) {
            out.println("bench delta: peers that are not installed and left out: " + missing
                    + " (`apt-get install zstd bsdiff xdelta3 casync zchunk`)");
        }
        if (!Timed.isPossible() || !Peers.has("dpkg-deb") || !Peers.has("apt-get")) {
            out.println("bench delta: needs GNU time, dpkg-deb and apt-get (`apt-get install time` on Debian)");
            return 1;
        }
        boolean all = pairs.isEmpty();
        Path directory = Files.createTempDirectory("muster-bench-delta");
        try {
            Timed timed = new Timed(directory);
            Report report = new Report("delta");
            List<String> kernels = quick ? List.of() : kernels(timed);
            if (all || pairs.contains(RELEASE)) {
                Pair release = Pair.of(RELEASE, directory, timed, PACKAGES, List.of());
                if (!quick) {
                    release = Pair.with(release, directory, timed, kernels.getFirst(), kernels.getLast());
                }
                measure(report, directory, timed, release, OptionalDouble.of(0.85));
            }
            if (all || pairs.contains(HOTFIX)) {
                Pair hotfix = Pair.of(HOTFIX, directory, timed, SECURITY, SYSTEM);
                measure(report, directory, timed, hotfix, OptionalDouble.of(1.05));
            }
            if (all || pairs.contains(HAP)) {
                hap(report, directory, timed);
            }
            if (all || pairs.contains(SQUASHFS)) {
                squashfs(report, directory, timed, kernels);
            }
            report.note(
                    "n = 1; images of `release` and `hotfix` are archives of the packages' trees, without file system");
            if (!missing.isEmpty()) {
                report.note("not installed and left out: " + missing);
            }
            report.print(out);
            if (all) {
                out.println(report.write(home));
            }
            return 0;
        } finally {
            Pair.delete(directory);
        }
    }

    /** Two builds, the older one first. */
    private static List<String> kernels(Timed timed) throws IOException, InterruptedException {
        List<String> kernels = timed.output("apt-cache", "search", "--names-only", KERNEL).stream()
                .map(line -> line.split(" ", 2)[0])
                .sorted()
                .toList();
        return kernels.subList(kernels.size() - 2, kernels.size());
    }

    private void hap(Report report, Path directory, Timed timed) throws IOException, InterruptedException {
        Pair hap = Pair.zipped(HAP, directory, timed, SECURITY);
        long bytes = measure(report, directory, timed, hap, OptionalDouble.of(1));
        ratio(report, hap, "bytes to the zip", (double) bytes / Files.size(hap.fresh()), OptionalDouble.of(1 / 15.0));
        if (Peers.has("bsdiff") && Peers.has("bspatch")) {
            Pair inflated = hap.inflated();
            Peers.Figures bsdiff = new Peers(directory, timed).bsdiff(inflated);
            costs(report, inflated, "bsdiff", bsdiff);
            ratio(
                    report,
                    hap,
                    "bytes to bsdiff of what is in it",
                    (double) bytes / bsdiff.bytes(),
                    OptionalDouble.of(1));
        }
        report.note(
                "hap: a zip of openssl's files, which bsdiff compares as they lie and inflated, and we rebuild byte for byte");
    }

    private void squashfs(Report report, Path directory, Timed timed, List<String> kernels)
            throws IOException, InterruptedException {
        if (!Peers.has("mksquashfs")) {
            out.println(
                    "bench delta: mksquashfs is not installed, its pair is left out (`apt-get install squashfs-tools`)");
            report.note("mksquashfs is not installed: no pair `" + SQUASHFS + "`");
            return;
        }
        Pair pair = Pair.squashed(SQUASHFS, directory, timed, PACKAGES, kernels);
        long bytes = measure(report, directory, timed, pair, NO_BAR);
        ratio(report, pair, "bytes to the image", (double) bytes / Files.size(pair.fresh()), NO_BAR);
        report.note(
                "squashfs: the trees of `release` in file systems by mksquashfs (gzip, blocks of 128 KiB), compared as"
                        + " they lie by all others, and rebuilt byte for byte by us");
    }

    /** Returns the bytes that a device downloads. */
    private long measure(Report report, Path directory, Timed timed, Pair pair, OptionalDouble ofBsdiff)
            throws IOException, InterruptedException {
        Peers peers = new Peers(directory, timed);
        out.println(pair.name() + ": " + Files.size(pair.fresh()) + " bytes");
        row(report, pair, "image", Files.size(pair.fresh()));
        Optional<Peers.Figures> zstd = Peers.has("zstd") ? Optional.of(peers.zstd(pair)) : Optional.empty();
        zstd.ifPresent(figures -> costs(report, pair, "zstd -19", figures));
        Optional<Peers.Figures> bsdiff =
                Peers.has("bsdiff") && Peers.has("bspatch") ? Optional.of(peers.bsdiff(pair)) : Optional.empty();
        bsdiff.ifPresent(figures -> costs(report, pair, "bsdiff", figures));
        if (Peers.has("xdelta3")) {
            costs(report, pair, "xdelta3 -9", peers.xdelta(pair));
        }
        OptionalLong casync = Peers.has("casync") ? OptionalLong.of(peers.casync(pair)) : OptionalLong.empty();
        casync.ifPresent(bytes -> row(report, pair, "casync 16K", bytes));
        OptionalLong zchunk =
                Peers.has("zck") && Peers.has("zck_delta_size") ? peers.zchunk(pair) : OptionalLong.empty();
        zchunk.ifPresent(bytes -> row(report, pair, "zchunk", bytes));
        Peers.Figures chunks = chunks(directory, timed, pair);
        costs(report, pair, "muster, chunks", chunks);
        casync.ifPresent(
                bytes -> ratio(report, pair, "chunks: bytes to casync 16K", (double) chunks.bytes() / bytes, NO_BAR));
        zchunk.ifPresent(
                bytes -> ratio(report, pair, "chunks: bytes to zchunk", (double) chunks.bytes() / bytes, NO_BAR));
        Timed.Cost idle = timed.run(small() + "idle");
        Peers.Figures ours = ours(directory, timed, pair);
        costs(report, pair, "muster", ours);
        double memory = ours.apply().peakMb() - idle.peakMb();
        report.row(pair.name() + ", idle JVM", "CPU s", List.of(idle.cpuSeconds()), NO_BAR);
        report.row(pair.name() + ", applying: memory above an idle JVM", "MB", List.of(memory), OptionalDouble.of(32));
        boolean release = pair.name().equals(RELEASE);
        OptionalDouble ofCasync = release ? OptionalDouble.of(1 / 5.5) : OptionalDouble.of(0.1);
        zstd.ifPresent(figures -> ratio(
                report,
                pair,
                "bytes to zstd -19",
                (double) ours.bytes() / figures.bytes(),
                release ? OptionalDouble.of(1 / 6.5) : NO_BAR));
        casync.ifPresent(bytes -> ratio(
                report,
                pair,
                "bytes to casync 16K",
                (double) ours.bytes() / bytes,
                pair.name().equals(SQUASHFS) ? NO_BAR : ofCasync));
        bsdiff.ifPresent(figures -> {
            ratio(report, pair, "bytes to bsdiff", (double) ours.bytes() / figures.bytes(), ofBsdiff);
            ratio(
                    report,
                    pair,
                    "applying: memory to bspatch",
                    memory / figures.apply().peakMb(),
                    OptionalDouble.of(1 / 6.0));
            ratio(
                    report,
                    pair,
                    "applying: CPU to bspatch",
                    ours.apply().cpuSeconds() / figures.apply().cpuSeconds(),
                    OptionalDouble.of(1.2));
            // An agent runs already when a delta comes.
            ratio(
                    report,
                    pair,
                    "applying: CPU above an idle JVM to bspatch",
                    (ours.apply().cpuSeconds() - idle.cpuSeconds())
                            / figures.apply().cpuSeconds(),
                    NO_BAR);
        });
        return ours.bytes();
    }

    private String small() {
        return java() + SMALL + home.resolve("device-agent/linux/compiler.json") + " -cp "
                + System.getProperty("java.class.path") + " " + Device.class.getName() + " ";
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private Peers.Figures ours(Path directory, Timed timed, Pair pair) throws IOException, InterruptedException {
        Path made = directory.resolve("made");
        Path delta = directory.resolve("delta");
        Path segments = directory.resolve("segments");
        Timed.Cost make = timed.run(java() + " -Xmx700m -cp " + System.getProperty("java.class.path") + " "
                + Device.class.getName() + " make " + pair.old() + " " + pair.fresh() + " " + delta + " " + segments
                + " " + SEGMENT_LOG);
        Timed.Cost apply = timed.run(small() + "apply " + pair.old() + " " + delta + " " + segments + " " + made);
        Peers.compare(pair.fresh(), made);
        return new Peers.Figures(Files.size(delta) + Files.size(segments), make, apply);
    }

    private Peers.Figures chunks(Path directory, Timed timed, Pair pair) throws IOException, InterruptedException {
        Path made = directory.resolve("made");
        Path indexFile = directory.resolve("index");
        Path store = directory.resolve("store");
        Timed.Cost make = timed.run(java() + " -Xmx700m -cp " + System.getProperty("java.class.path") + " "
                + Device.class.getName() + " chunk " + pair.fresh() + " " + indexFile + " " + store);
        Timed.Cost join = timed.run(small() + "join " + pair.old() + " " + indexFile + " " + store + " " + made);
        Peers.compare(pair.fresh(), made);
        ChunkIndex index = ChunkIndex.parse(Files.readAllBytes(indexFile));
        ImageBytes old = ImageBytes.map(pair.old());
        long missing = BaseChunks.find(index, old, old.length()).missing(index, 0, index.outputLength());
        return new Peers.Figures(missing + Files.size(indexFile), make, join);
    }

    private static void costs(Report report, Pair pair, String what, Peers.Figures figures) {
        row(report, pair, what, figures.bytes());
        report.row(
                pair.name() + ", " + what + ": make",
                "CPU s",
                List.of(figures.make().cpuSeconds()),
                NO_BAR);
        report.row(
                pair.name() + ", " + what + ": make, peak",
                "MB",
                List.of(figures.make().peakMb()),
                NO_BAR);
        report.row(
                pair.name() + ", " + what + ": apply",
                "CPU s",
                List.of(figures.apply().cpuSeconds()),
                NO_BAR);
        report.row(
                pair.name() + ", " + what + ": apply, peak",
                "MB",
                List.of(figures.apply().peakMb()),
                NO_BAR);
    }

    private static void row(Report report, Pair pair, String what, long bytes) {
        report.row(pair.name() + ", " + what, "bytes", List.of((double) bytes), NO_BAR);
    }

    private static void ratio(Report report, Pair pair, String what, double ratio, OptionalDouble most) {
        report.row(pair.name() + ", " + what, "ratio", List.of(ratio), most);
    }
}
