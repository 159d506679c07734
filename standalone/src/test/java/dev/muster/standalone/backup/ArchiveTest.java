package dev.muster.standalone.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ArchiveTest {
    private static final Passphrase PASSPHRASE = new Passphrase("correct horse battery");
    private static final Manifest MANIFEST = new Manifest(
            Instant.parse("2026-11-27T02:00:00Z"),
            "1.2",
            "17.5",
            "amd64",
            301,
            false,
            7_400,
            Optional.of("fleet.example"));

    @TempDir
    Path folder;

    private final List<String> said = new ArrayList<>();

    @FunctionalInterface
    private interface Content {
        void put(ArchiveWriter archive) throws IOException;
    }

    private Path archive(Content content) throws IOException {
        Path file = folder.resolve("one.backup");
        ArchiveWriter archive = new ArchiveWriter(
                new SealedOutput(Files.newOutputStream(file), SealedFile.create(PASSPHRASE, 3, 1_000)), advance());
        archive.put(Manifest.NAME, MANIFEST.toJson());
        content.put(archive);
        archive.end();
        archive.close();
        return file;
    }

    private Advance advance() {
        return new Advance("done", said::add, () -> 0);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void foldersAndFilesComeBackAsTheirOwnersOnly() throws IOException {
        Path from = Files.createDirectories(folder.resolve("from/deep/er"));
        Files.createDirectories(folder.resolve("from/empty"));
        Files.write(from.resolve("file"), new byte[100_000]);
        Path file = archive(archive -> {
            archive.put("data/secrets.properties", text("a=b\n"));
            archive.tree("data/server", folder.resolve("from"), path -> true);
        });
        Path to = Files.createDirectory(folder.resolve("to"));

        Manifest manifest = new ArchiveReader(file, PASSPHRASE).unpack(to, advance());

        assertThat(manifest).isEqualTo(MANIFEST);
        assertThat(to.resolve("secrets.properties")).hasContent("a=b");
        assertThat(to.resolve("server/empty")).isEmptyDirectory();
        assertThat(to.resolve("server/deep/er/file")).hasSize(100_000);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to.resolve("server/deep/er/file"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to.resolve("server/deep"))))
                .isEqualTo("rwx------");
        assertThat(new ArchiveReader(file, PASSPHRASE).check(advance())).isEqualTo(MANIFEST);
        assertThat(new ArchiveReader(file, PASSPHRASE).manifest()).isEqualTo(MANIFEST);
    }

    @Test
    void anArtifactThatIsNotWhatItsNameSaysIsRefused() throws IOException {
        String name = HexFormat.of().formatHex(ArchiveWriter.sha256().digest(text("image")));
        String place = "data/server/data/artifacts/" + name.substring(0, 2) + "/" + name.substring(2, 4) + "/" + name;
        Path good = archive(archive -> archive.put(place, text("image")));
        new ArchiveReader(good, PASSPHRASE).check(advance());
        Path bad = archive(archive -> archive.put(place, text("imagf")));

        assertThatThrownBy(() -> new ArchiveReader(bad, PASSPHRASE).check(advance()))
                .isInstanceOf(StandaloneException.class)
                .hasMessageContaining(name);
    }

    @Test
    void nothingIsWrittenOutsideOfTheFolder() throws IOException {
        for (String name : List.of("data/../../outside", "elsewhere/file", "/data/absolute", "dat")) {
            Path file = archive(archive -> archive.put(name, text("x")));
            Path to = Files.createDirectories(folder.resolve("to/inner"));

            assertThatThrownBy(() -> new ArchiveReader(file, PASSPHRASE).unpack(to, advance()))
                    .as(name)
                    .isInstanceOf(StandaloneException.class);
            assertThat(folder.resolve("to/outside")).doesNotExist();
            assertThat(folder.resolve("outside")).doesNotExist();
        }
    }

    @Test
    void oneThatNobodyFinishedIsRefused() throws IOException {
        Path file = folder.resolve("unfinished");
        SealedOutput sealed = new SealedOutput(Files.newOutputStream(file), SealedFile.create(PASSPHRASE, 3, 1_000));
        ArchiveWriter archive = new ArchiveWriter(sealed, advance());
        archive.put(Manifest.NAME, MANIFEST.toJson());
        archive.put("data/secrets.properties", text("a=b\n"));
        archive.close();

        assertThatThrownBy(() -> new ArchiveReader(file, PASSPHRASE).check(advance()))
                .isInstanceOf(StandaloneException.class)
                .hasMessageContaining("list");
    }

    @Test
    void aFileThatIsGoneDoesNotBreakTheCopy() throws IOException {
        Path present = Files.write(folder.resolve("present"), text("12345"));
        Path file = archive(archive -> {
            archive.file("data/gone", folder.resolve("gone"));
            archive.file("data/present", present);
        });
        Path to = Files.createDirectory(folder.resolve("to"));

        new ArchiveReader(file, PASSPHRASE).unpack(to, advance());

        assertThat(to.resolve("gone")).doesNotExist();
        assertThat(to.resolve("present")).hasContent("12345");
    }

    @Test
    void longWorkSaysHowFarItIs() {
        long[] nanos = {0};
        Advance advance = new Advance("written", said::add, () -> nanos[0]);

        advance.add(5 << 20);
        nanos[0] = 6_000_000_000L;
        advance.add(1 << 20);

        assertThat(said).containsExactly("  written: 0 files, 6 MiB");
    }
}
