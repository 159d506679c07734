package dev.muster.standalone.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.standalone.dist.Architecture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private Path written(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void equalFilesGiveEqualLayersWheneverAndWithWhateverUmaskTheyWereWritten() throws IOException {
        Path one = written("one", "text");
        Path other = written("other", "text");
        Files.setLastModifiedTime(other, FileTime.from(TIME.plusSeconds(1_000_000)));
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-rw-rw-"));
        Layout layout = Layout.create(folder.resolve("layout"));

        Layer first = layout.add(new LayerFiles().file("a/b", one).text("a/c", "more"), "x", TIME);
        Layer second = layout.add(new LayerFiles().text("a/c", "more").file("a/b", other), "x", TIME);

        assertThat(second).isEqualTo(first);
        assertThat(layout.add(new LayerFiles().file("a/b", one), "x", TIME)).isNotEqualTo(first);
    }

    @Test
    void layersBelongToRootButForFoldersThatSayOtherwise() throws IOException {
        Path program = written("program", "#!");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxrwx"));
        Layout layout = Layout.create(folder.resolve("layout"));

        Layer layer = layout.add(
                new LayerFiles()
                        .file("opt/bin/program", program)
                        .text("etc/passwd", "root")
                        .link("lib", "usr/lib")
                        .folder("var/lib/x", 0700, Recipe.USER),
                "x",
                TIME);

        List<String> listed = new ArrayList<>();
        try (InputStream file = Files.newInputStream(layout.blob(layer.blob().digest()));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                assertThat(entry.getLastModifiedTime().toInstant()).isEqualTo(TIME);
                listed.add("%s %o %d %s"
                        .formatted(
                                entry.getName(), entry.getMode() & 07777, entry.getLongUserId(), entry.getLinkName()));
            }
        }
        assertThat(listed)
                .containsExactly(
                        "etc/ 755 0 ",
                        "etc/passwd 644 0 ",
                        "lib 777 0 usr/lib",
                        "opt/ 755 0 ",
                        "opt/bin/ 755 0 ",
                        "opt/bin/program 755 0 ",
                        "var/ 755 0 ",
                        "var/lib/ 755 0 ",
                        "var/lib/x/ 700 10001 ");
    }

    @Test
    void theDigestOfTheTarIsThatOfWhatIsUnpacked() throws IOException {
        Layout layout = Layout.create(folder.resolve("layout"));

        Layer layer = layout.add(new LayerFiles().text("a", "text"), "x", TIME);

        Path blob = layout.blob(layer.blob().digest());
        assertThat(Digest.of(Files.readAllBytes(blob))).isEqualTo(layer.blob().digest());
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(blob))) {
            in.transferTo(tar);
        }
        assertThat(Digest.of(tar.toByteArray())).isEqualTo(layer.diffId());
    }

    @Test
    void anIndexNamesAManifestForEachPlatform() throws IOException {
        Layout layout = Layout.create(folder.resolve("layout"));
        Descriptor amd64 = layout.add(Map.of("a", 1), Descriptor.MANIFEST).of(Architecture.X86_64);
        Descriptor arm64 = layout.add(Map.of("b", 2), Descriptor.MANIFEST).of(Architecture.AARCH64);

        Descriptor index = layout.add(Layout.index(List.of(amd64, arm64), Map.of()), Descriptor.INDEX);
        layout.name(List.of(index.named(Map.of(Layout.REF_NAME, "muster/server:1"))));

        assertThat(JSON.std.mapFrom(new String(layout.content(index), StandardCharsets.UTF_8)))
                .containsEntry("mediaType", Descriptor.INDEX)
                .extractingByKey("manifests")
                .asString()
                .contains(
                        "architecture=amd64, os=linux", "architecture=arm64, os=linux", amd64.digest(), arm64.digest());
        assertThat(Layout.open(layout.folder()).images())
                .singleElement()
                .satisfies(image -> assertThat(image.annotations()).containsEntry(Layout.REF_NAME, "muster/server:1"));
    }

    @Test
    void whatWasDamagedOnTheWayIsNotGivenOut() throws IOException {
        Layout layout = Layout.create(folder.resolve("layout"));
        Descriptor document = layout.add(Map.of("a", 1), Descriptor.MANIFEST);
        Files.writeString(layout.blob(document.digest()), "{\"a\":2}");

        assertThatThrownBy(() -> layout.content(document)).hasMessageContaining("are damaged: expected `sha256:");
        assertThatThrownBy(() -> layout.blob("sha256:../../etc/passwd")).hasMessageContaining("expected a digest");
        assertThatThrownBy(() -> Layout.open(folder)).hasMessageContaining("make them by `./muster images build`");
    }
}
