package dev.muster.benchmarks.delta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Other ways from one image to the next, as Debian packages them. One that is not installed is left out. */
final class Peers {
    private final Path directory;
    private final Timed timed;

    Peers(Path directory, Timed timed) {
        this.directory = directory;
        this.timed = timed;
    }

    /** Bytes, and what making and applying took. */
    record Figures(long bytes, Timed.Cost make, Timed.Cost apply) {}

    /** Programs of peers that are not installed. */
    static List<String> missing() {
        return Stream.of("zstd", "bsdiff", "bspatch", "xdelta3", "casync", "zck", "zck_delta_size")
                .filter(program -> !has(program))
                .toList();
    }

    static boolean has(String program) {
        return Stream.of("/usr/bin/", "/bin/").anyMatch(at -> Files.exists(Path.of(at + program)));
    }

    Figures zstd(Pair pair) throws IOException, InterruptedException {
        Path full = directory.resolve("full.zst");
        Path made = directory.resolve("made");
        Timed.Cost make = timed.run("zstd -q -f -19 --long=27 " + pair.fresh() + " -o " + full);
        Timed.Cost apply = timed.run("zstd -q -d -f --long=27 " + full + " -o " + made);
        return new Figures(Files.size(full), make, apply);
    }

    Figures bsdiff(Pair pair) throws IOException, InterruptedException {
        Path file = directory.resolve("bsdiff");
        Path made = directory.resolve("made");
        Timed.Cost make = timed.run("bsdiff " + pair.old() + " " + pair.fresh() + " " + file);
        Timed.Cost apply = timed.run("bspatch " + pair.old() + " " + made + " " + file);
        compare(pair.fresh(), made);
        return new Figures(Files.size(file), make, apply);
    }

    Figures xdelta(Pair pair) throws IOException, InterruptedException {
        Path file = directory.resolve("xdelta");
        Path made = directory.resolve("made");
        Timed.Cost make =
                timed.run("xdelta3 -e -f -9 -S djw -B 1073741824 -s " + pair.old() + " " + pair.fresh() + " " + file);
        Timed.Cost apply = timed.run("xdelta3 -d -f -B 1073741824 -s " + pair.old() + " " + file + " " + made);
        compare(pair.fresh(), made);
        return new Figures(Files.size(file), make, apply);
    }

    /** Chunks of the new image that the old one does not have, and the index. */
    long casync(Pair pair) throws IOException, InterruptedException {
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

    /** What its own tool says that it would load. */
    OptionalLong zchunk(Pair pair) throws IOException, InterruptedException {
        Path old = directory.resolve("old.zck");
        Path fresh = directory.resolve("new.zck");
        timed.run("zck -o " + old + " " + pair.old() + " && zck -o " + fresh + " " + pair.fresh());
        for (String line : timed.output("zck_delta_size", old.toString(), fresh.toString())) {
            if (line.contains("Would download")) {
                return OptionalLong.of(Long.parseLong(line.replaceAll("\\D*(\\d+) of.*", "$1")));
            }
        }
        return OptionalLong.empty();
    }

    static void compare(Path expected, Path made) throws IOException {
        long differs = Files.mismatch(expected, made);
        if (differs >= 0) {
            throw new IOException("what was applied differs from `" + expected + "` at " + differs);
        }
    }
}
