package dev.muster.benchmarks.delta;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Two versions of some Debian packages, unpacked and put into one archive each, always in the same order and with the same times:
 * what differs is what the packages differ in.
 */
final class Pair {
    /** Modules that no device has all of: without them a kernel is as large as one of a device. */
    private static final String BULKY = Stream.of("media", "gpu", "net", "infiniband", "scsi", "iio", "staging")
            .map(each -> " --exclude='*/kernel/drivers/" + each + "'")
            .collect(Collectors.joining());

    private final String name;
    private final Path old;
    private final Path fresh;

    private Pair(String name, Path old, Path fresh) {
        this.name = name;
        this.old = old;
        this.fresh = fresh;
    }

    String name() {
        return name;
    }

    Path old() {
        return old;
    }

    Path fresh() {
        return fresh;
    }

    /**
     * Makes a pair.
     *
     * @param changed packages whose newer version is in the new image
     * @param kept packages whose older version is in both
     */
    static Pair of(String name, Path directory, Timed timed, List<String> changed, List<String> kept)
            throws IOException, InterruptedException {
        Path work = Files.createDirectories(directory.resolve(name));
        List<Path> old = new ArrayList<>();
        List<Path> fresh = new ArrayList<>();
        for (String each : kept) {
            Path unpacked = unpack(work, timed, each, versions(timed, each).getLast());
            old.add(unpacked);
            fresh.add(unpacked);
        }
        unpackBoth(work, timed, changed, old, fresh);
        return new Pair(name, archive(work, timed, "old", old), archive(work, timed, "new", fresh));
    }

    /** The newest version of each package, and the one before. */
    private static void unpackBoth(Path work, Timed timed, List<String> packages, List<Path> old, List<Path> fresh)
            throws IOException, InterruptedException {
        for (String each : packages) {
            List<String> versions = versions(timed, each);
            if (versions.size() < 2) {
                throw new IOException("expected two versions of package `" + each + "`, found " + versions);
            }
            old.add(unpack(work, timed, each, versions.get(1)));
            fresh.add(unpack(work, timed, each, versions.getFirst()));
        }
    }

    /** Of two packages, such as two builds of the kernel, which have names of their own. */
    static Pair with(Pair pair, Path directory, Timed timed, String older, String newer)
            throws IOException, InterruptedException {
        Path work = directory.resolve(pair.name);
        Path old = archive(
                work,
                timed,
                "old-kernel",
                List.of(unpack(work, timed, older, versions(timed, older).getFirst())));
        Path fresh = archive(
                work,
                timed,
                "new-kernel",
                List.of(unpack(work, timed, newer, versions(timed, newer).getFirst())));
        timed.shell(work, "cat " + old + " >>" + pair.old + " && cat " + fresh + " >>" + pair.fresh);
        return pair;
    }

    /** Two zips as packages of apps are: every file deflated, always in the same order and with the same times. */
    static Pair zipped(String name, Path directory, Timed timed, List<String> packages)
            throws IOException, InterruptedException {
        Path work = Files.createDirectories(directory.resolve(name));
        List<Path> old = new ArrayList<>();
        List<Path> fresh = new ArrayList<>();
        unpackBoth(work, timed, packages, old, fresh);
        return new Pair(name, zip(work.resolve("old.zip"), old), zip(work.resolve("new.zip"), fresh));
    }

    /**
     * Two file systems of squashfs, packed by mksquashfs as it does by itself (gzip), with fixed times.
     *
     * @param kernels two builds, the older one first; or none
     */
    static Pair squashed(String name, Path directory, Timed timed, List<String> packages, List<String> kernels)
            throws IOException, InterruptedException {
        Path work = Files.createDirectories(directory.resolve(name));
        List<Path> old = new ArrayList<>();
        List<Path> fresh = new ArrayList<>();
        unpackBoth(work, timed, packages, old, fresh);
        if (!kernels.isEmpty()) {
            old.add(unpack(
                    work,
                    timed,
                    kernels.getFirst(),
                    versions(timed, kernels.getFirst()).getFirst()));
            fresh.add(unpack(
                    work,
                    timed,
                    kernels.getLast(),
                    versions(timed, kernels.getLast()).getFirst()));
        }
        return new Pair(name, squash(work, timed, "old", old), squash(work, timed, "new", fresh));
    }

    private static Path squash(Path work, Timed timed, String name, List<Path> trees)
            throws IOException, InterruptedException {
        Path root = Files.createDirectories(work.resolve(name));
        for (Path tree : trees) {
            timed.shell(
                    tree,
                    "tar --exclude=./usr/share/doc" + BULKY + " -cf - . | tar --keep-directory-symlink -xf - -C "
                            + root);
        }
        Path target = work.resolve(name + ".squashfs");
        timed.shell(
                work,
                "mksquashfs " + root + " " + target
                        + " -noappend -quiet -no-progress -processors 2 -all-root -no-xattrs"
                        + " -mkfs-time 0 -all-time 0");
        return target;
    }

    /** What is in two zips, one file after the other: for tools that do not unpack by themselves. */
    Pair inflated() throws IOException {
        return new Pair(name + ", inflated", inflate(old), inflate(fresh));
    }

    private static Path inflate(Path zip) throws IOException {
        Path target = zip.resolveSibling(zip.getFileName() + ".inflated");
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip));
                OutputStream out = Files.newOutputStream(target)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                in.transferTo(out);
            }
        }
        return target;
    }

    private static Path zip(Path target, List<Path> trees) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (Path tree : trees) {
                try (Stream<Path> files = Files.walk(tree)) {
                    for (Path file : files.filter(one -> Files.isRegularFile(one, LinkOption.NOFOLLOW_LINKS))
                            .sorted()
                            .toList()) {
                        ZipEntry entry = new ZipEntry(
                                tree.getFileName().toString().replaceAll("-.*", "") + "/" + tree.relativize(file));
                        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
                        out.putNextEntry(entry);
                        Files.copy(file, out);
                    }
                }
            }
        }
        return target;
    }

    /** The versions of a package that the package source has, the newest first. */
    static List<String> versions(Timed timed, String name) throws IOException, InterruptedException {
        List<String> versions = new ArrayList<>();
        for (String line : timed.output("apt-cache", "madison", name)) {
            String[] words = line.split("\\|", -1);
            if (words.length == 3 && !versions.contains(words[1].strip())) {
                versions.add(words[1].strip());
            }
        }
        List<String> sorted = new ArrayList<>(versions);
        sorted.sort(Comparator.comparingInt(version -> -rank(timed, version, versions)));
        return sorted;
    }

    // By Debian's own rule: how many of the versions are older.
    private static int rank(Timed timed, String version, List<String> versions) {
        return (int) versions.stream()
                .filter(other -> timed.succeeds("dpkg", "--compare-versions", version, "gt", other))
                .count();
    }

    private static Path unpack(Path work, Timed timed, String name, String version)
            throws IOException, InterruptedException {
        Path target = work.resolve(name + "-" + version.replace(':', '_'));
        if (!Files.exists(target)) {
            Path debs = Files.createDirectories(target.resolveSibling(target.getFileName() + ".deb"));
            timed.shell(debs, "apt-get download -qq " + name + "=" + version + " 2>/dev/null");
            timed.shell(debs, "dpkg-deb -x *.deb " + target);
        }
        return target;
    }

    private static Path archive(Path work, Timed timed, String name, List<Path> trees)
            throws IOException, InterruptedException {
        Path target = work.resolve(name + ".img");
        Files.deleteIfExists(target);
        for (Path tree : trees) {
            timed.shell(
                    tree,
                    "tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --exclude=./usr/share/doc" + BULKY
                            + " -cf - ."
                            + " >>"
                            + target);
        }
        return target;
    }

    /** Everything that was made for pairs. */
    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
