package dev.muster.standalone.images;

import dev.muster.standalone.dist.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Programs and libraries that the loader will meet: those of a Java runtime, and those that jars unpack when they are used. */
final class NativeFiles {
    private static final String GLIBC = "libc.so.6";

    private NativeFiles() {}

    /** Below {@code runtime}, by file name. */
    static Map<String, Elf> of(Path runtime) throws IOException {
        Map<String, Elf> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(runtime)) {
            for (Path file : (Iterable<Path>)
                    files.filter(one -> Files.isRegularFile(one, LinkOption.NOFOLLOW_LINKS))::iterator) {
                // The modules are one file of a hundred megabytes, and not one of these.
                if (file.getFileName().toString().endsWith(".so") || Files.isExecutable(file)) {
                    Elf.read(Files.readAllBytes(file))
                            .ifPresent(elf -> found.put(file.getFileName().toString(), elf));
                }
            }
        }
        return found;
    }

    /** In {@code jars}, for {@code architecture} and glibc: others carry their own for musl and for phones along. */
    static Map<String, Elf> in(Collection<Path> jars, Architecture architecture) throws IOException {
        Map<String, Elf> found = new TreeMap<>();
        for (Path jar : jars) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                for (ZipEntry entry : Collections.list(zip.entries())) {
                    if (!entry.getName().endsWith(".so")) {
                        continue;
                    }
                    try (InputStream in = zip.getInputStream(entry)) {
                        Elf.read(in.readAllBytes())
                                .filter(elf -> elf.architecture() == architecture
                                        && elf.needed().contains(GLIBC))
                                .ifPresent(elf -> found.put(jar.getFileName() + "!" + entry.getName(), elf));
                    }
                }
            }
        }
        return found;
    }
}
