package dev.muster.benchmarks.delta;

import dev.muster.benchmarks.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Bytes that one device downloads for a new image, all metadata included, and what making and applying take, beside zstd, bsdiff,
 * xdelta3, casync and zchunk of Debian on the same pair in the same run. Every result is applied and compared. Linux only.
 */
public final class DeltaBenchmark {
    private static final OptionalDouble NO_BAR = OptionalDouble.empty();
    private static final int SEGMENT_LOG = 21;
    private static final String KERNEL = "^linux-image-6[.]1[.]0-[0-9]+-amd64$";

    /** Of the agent's script, as far as it matters to memory. */
    private static final String SMALL =
            " -XX:+UseSerialGC -Xms2m -Xmx16m -Xss228k -XX:TieredStopAtLevel=1 -XX:-UsePerfData"
                    + " -XX:+IgnoreUnrecognizedVMOptions -cp ";

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();

    public DeltaBenchmark(PrintStream out) {
        this.out = out;
    }

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words) throws IOException, InterruptedException {
        boolean quick = words.equals(List.of("--quick"));
        if (!quick && !words.isEmpty()) {
            out.println("bench delta: expected [--quick], found `" + String.join(" ", words) + "`");
            return 2;
        }
        List<String> missing = Stream.of("zstd", "bsdiff", "xdelta3", "casync", "zck", "dpkg-deb", "apt-get")
                .filter(program -> Stream.of("/usr/bin/", "/bin/").noneMatch(at -> Files.exists(Path.of(at + program))))
                .toList();
        if (!missing.isEmpty() || !Timed.isPossible()) {
            out.println("bench delta: not installed: " + missing
                    + " (`apt-get install time zstd bsdiff xdelta3 casync zchunk`)");
            return 1;
        }
        Path directory = Files.createTempDirectory("muster-bench-delta");
        try {
            Timed timed = new Timed(directory);
            Report report = new Report("delta");
            List<String> system = List.of("libc6", "systemd", "python3.11-minimal");
            List<String> security = List.of("libssl3", "openssl");
            Pair release = Pair.of(
                    "release",
                    directory,
                    timed,
                    Stream.concat(system.stream(), security.stream()).toList(),
                    List.of());
            if (!quick) {
                List<String> kernels = timed.output("apt-cache", "search", "--names-only", KERNEL).stream()
                        .map(line -> line.split(" ", 2)[0])
                        .sorted()
                        .toList();
                release = Pair.with(release, directory, timed, kernels.get(kernels.size() - 2), kernels.getLast());
            }
            measure(report, directory, timed, release, 0.85);
            measure(report, directory, timed, Pair.of("hotfix", directory, timed, security, system), 1.05);
            report.note(
                    "images are archives of the packages' trees, without file system; HAPs are compared as they lie:"
                            + " not in this table");
            report.print(out);
            out.println(report.write(home));
            return 0;
        } finally {
            Pair.delete(directory);
        }
    }

    private void measure(Report report, Path directory, Timed timed, Pair pair, double ofBsdiff)
            throws IOException, InterruptedException {
        String old = pair.old().toString();
        String fresh = pair.fresh().toString();
        Path made = directory.resolve("made");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        out.println(pair.name() + ": " + Files.size(pair.fresh()) + " bytes");
        row(report, pair, "image", Files.size(pair.fresh()));

        Path full = directory.resolve("full.zst");
        Timed.Cost zstd = timed.run("zstd -q -f -19 --long=27 " + fresh + " -o " + full);
        costs(
                report,
                pair,
                "zstd -19",
                Files.size(full),
                zstd,
                timed.run("zstd -q -d -f --long=27 " + full + " -o " + made));

        Path bsdiff = directory.resolve("bsdiff");
        Timed.Cost make = timed.run("bsdiff " + old + " " + fresh + " " + bsdiff);
        Timed.Cost bspatch = timed.run("bspatch " + old + " " + made + " " + bsdiff);
        compare(pair.fresh(), made);
        costs(report, pair, "bsdiff", Files.size(bsdiff), make, bspatch);

        Path xdelta = directory.resolve("xdelta");
        make = timed.run("xdelta3 -e -f -9 -S djw -B 1073741824 -s " + old + " " + fresh + " " + xdelta);
        Timed.Cost apply = timed.run("xdelta3 -d -f -B 1073741824 -s " + old + " " + xdelta + " " + made);
        compare(pair.fresh(), made);
        costs(report, pair, "xdelta3 -9", Files.size(xdelta), make, apply);

        long casync = casync(timed, directory, pair);
        row(report, pair, "casync 16K", casync);
        row(report, pair, "zchunk", zchunk(timed, directory, pair));

        Path delta = directory.resolve("delta");
        Path segments = directory.resolve("segments");
        String main = " " + Device.class.getName() + " ";
        make = timed.run(java + " -Xmx700m -cp " + classes + main + "make " + old + " " + fresh + " " + delta + " "
                + segments + " " + SEGMENT_LOG);
        Timed.Cost device =
                timed.run(java + SMALL + classes + main + "apply " + old + " " + delta + " " + segments + " " + made);
        compare(pair.fresh(), made);
        Timed.Cost idle = timed.run(java + SMALL + classes + main + "idle");
        long length = Files.size(delta) + Files.size(segments);
        costs(report, pair, "muster", length, make, device);
        ratio(report, pair, "bytes to zstd -19", (double) length / Files.size(full), NO_BAR);
        ratio(report, pair, "bytes to bsdiff", (double) length / Files.size(bsdiff), OptionalDouble.of(ofBsdiff));
        boolean hotfix = pair.name().equals("hotfix");
        ratio(report, pair, "bytes to casync 16K", (double) length / casync, OptionalDouble.of(hotfix ? 0.1 : 1 / 5.5));
        report.row(
                pair.name() + ", applying: memory above an idle JVM",
                "MB",
                List.of(device.peakMb() - idle.peakMb()),
                OptionalDouble.of(32));
        ratio(
                report,
                pair,
                "applying: memory to bspatch",
                (device.peakMb() - idle.peakMb()) / bspatch.peakMb(),
                OptionalDouble.of(1 / 6.0));
        ratio(
                report,
                pair,
                "applying: CPU to bspatch",
                device.cpuSeconds() / bspatch.cpuSeconds(),
                OptionalDouble.of(1.2));
    }

    /** Chunks of the new image that the old one does not have, and the index. */
    private static long casync(Timed timed, Path directory, Pair pair) throws IOException, InterruptedException {
        Path work = Files.createDirectories(directory.resolve("casync-" + pair.name()));
        timed.run("cd " + work + " && casync make --chunk-size=16384 --store=old.castr old.caibx " + pair.old()
                + " >/dev/null && casync make --chunk-size=16384 --store=new.castr new.caibx " + pair.fresh()
                + " >/dev/null");
        long sum = Files.size(work.resolve("new.caibx"));
        try (Stream<Path> chunks = Files.walk(work.resolve("new.castr"))) {
            for (Path chunk : chunks.filter(Files::isRegularFile).toList()) {
                Path known = work.resolve("old.castr")
                        .resolve(work.resolve("new.castr").relativize(chunk));
                sum += Files.exists(known) ? 0 : Files.size(chunk);
            }
        }
        return sum;
    }

    private static long zchunk(Timed timed, Path directory, Pair pair) throws IOException, InterruptedException {
        Path old = directory.resolve("old.zck");
        Path fresh = directory.resolve("new.zck");
        timed.run("zck -o " + old + " " + pair.old() + " && zck -o " + fresh + " " + pair.fresh());
        for (String line : timed.output("zck_delta_size", old.toString(), fresh.toString())) {
            if (line.contains("Would download")) {
                return Long.parseLong(line.replaceAll("\\D*(\\d+) of.*", "$1"));
            }
        }
        throw new IOException("expected zck_delta_size to say what it would download");
    }

    private static void compare(Path expected, Path made) throws IOException {
        long differs = Files.mismatch(expected, made);
        if (differs >= 0) {
            throw new IOException("what was applied differs from `" + expected + "` at " + differs);
        }
    }

    private static void costs(Report report, Pair pair, String what, long bytes, Timed.Cost make, Timed.Cost apply) {
        row(report, pair, what, bytes);
        report.row(pair.name() + ", " + what + ": make", "CPU s", List.of(make.cpuSeconds()), NO_BAR);
        report.row(pair.name() + ", " + what + ": make, peak", "MB", List.of(make.peakMb()), NO_BAR);
        report.row(pair.name() + ", " + what + ": apply", "CPU s", List.of(apply.cpuSeconds()), NO_BAR);
        report.row(pair.name() + ", " + what + ": apply, peak", "MB", List.of(apply.peakMb()), NO_BAR);
    }

    private static void row(Report report, Pair pair, String what, long bytes) {
        report.row(pair.name() + ", " + what, "bytes", List.of((double) bytes), NO_BAR);
    }

    private static void ratio(Report report, Pair pair, String what, double ratio, OptionalDouble most) {
        report.row(pair.name() + ", " + what, "ratio", List.of(ratio), most);
    }
}
