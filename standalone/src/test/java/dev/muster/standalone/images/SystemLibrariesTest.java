package dev.muster.standalone.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.standalone.dist.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemLibrariesTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    @TempDir
    Path root;

    @Test
    void readsWhatThisJavaNeeds() throws IOException {
        Elf program = Elf.read(Files.readAllBytes(JAVA.resolve("bin/java"))).orElseThrow();
        Elf library =
                Elf.read(Files.readAllBytes(JAVA.resolve("lib/libjava.so"))).orElseThrow();

        assertThat(program.architecture())
                .isEqualTo(Architecture.ofThisMachine().orElseThrow());
        assertThat(program.interpreter())
                .hasValueSatisfying(name -> assertThat(name).contains("/ld-linux"));
        assertThat(library.needed()).contains("libjvm.so", "libc.so.6");
        assertThat(library.interpreter()).isEmpty();
    }

    @Test
    void takesNothingElseForAProgram() throws IOException {
        byte[] whole = Files.readAllBytes(JAVA.resolve("lib/libjava.so"));

        assertThat(Elf.read(new byte[0])).isEmpty();
        assertThat(Elf.read("#!/bin/sh and more than sixty-four bytes of something that is a script, not a program"
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isEmpty();
        for (int length : List.of(63, 64, 200, whole.length / 2)) {
            assertThat(Elf.read(Arrays.copyOf(whole, length))).isEmpty();
        }
    }

    @Test
    void takesWhatIsNeededOfWhatIsNeededFromTheSystemsFolders() throws IOException {
        Path library = Files.createDirectories(root.resolve("usr/lib/x86_64-linux-gnu"));
        Files.createDirectories(root.resolve("usr/lib64"));
        fake(library.resolve("libone.so.1"), "libtwo.so.2");
        fake(library.resolve("libtwo.so.2"));
        fake(library.resolve("libunused.so"));
        fake(library.resolve("ld-linux-x86-64.so.2"));
        Map<String, Elf> natives = Map.of(
                "java",
                        elf(
                                Optional.of("/lib64/ld-linux-x86-64.so.2"),
                                "libjli.so",
                                "libone.so.1",
                                "ld-linux-x86-64.so.2"),
                "libjli.so", elf(Optional.empty(), "libtwo.so.2"));

        SystemLibraries found = SystemLibraries.below(natives, Architecture.X86_64, root);

        assertThat(found.files())
                .containsOnlyKeys(
                        "usr/lib/x86_64-linux-gnu/libone.so.1",
                        "usr/lib/x86_64-linux-gnu/libtwo.so.2",
                        "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
        assertThat(found.loader()).isEqualTo("usr/lib64/ld-linux-x86-64.so.2");
    }

    @Test
    void saysWhatIsMissingAndForWhom() throws IOException {
        Path library = Files.createDirectories(root.resolve("usr/lib/aarch64-linux-gnu"));
        // Of another processor: as good as not there.
        fake(library.resolve("libone.so.1"));
        Map<String, Elf> natives = Map.of("java", elf(Optional.of("/lib/ld.so"), "libone.so.1"));

        assertThatThrownBy(() -> SystemLibraries.below(natives, Architecture.AARCH64, root))
                .hasMessageContaining(
                        "expected `libone.so.1` for aarch64 below `" + root + "`, because `java` needs it");
    }

    private static Elf elf(Optional<String> interpreter, String... needed) {
        return new Elf(Architecture.X86_64, interpreter, List.of(needed));
    }

    /** The least that a loader would look at: one segment that is loaded, and the table of what is needed in it. */
    private static void fake(Path file, String... needed) throws IOException {
        int strings = 64 + 2 * 56 + 16 * (needed.length + 2);
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(4096).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, 0x464c457f).putShort(4, (short) 0x0102).putShort(18, (short) 62);
        bytes.putLong(32, 64).putShort(56, (short) 2);
        bytes.putInt(64, 1).putLong(64 + 32, 4096);
        bytes.putInt(120, 2).putLong(120 + 8, 176).putLong(120 + 32, 16L * (needed.length + 2));
        int at = 176;
        int name = strings + 1;
        for (String one : needed) {
            bytes.putLong(at, 1).putLong(at + 8, name - strings);
            bytes.put(name, one.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            name += one.length() + 1;
            at += 16;
        }
        bytes.putLong(at, 5).putLong(at + 8, strings);
        Files.write(file, bytes.array());
    }
}
