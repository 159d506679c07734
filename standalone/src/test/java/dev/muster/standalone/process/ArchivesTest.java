package dev.muster.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivesTest {
    @TempDir
    Path folder;

    @Test
    void dropsTheTopFolderAndMakesScriptsExecutable() throws IOException {
        Path zip = zip("tool-1.0/bin/run.sh", "tool-1.0/lib/a.jar");

        Archives.unpackZipWithoutTop(zip, folder.resolve("out"));

        assertThat(folder.resolve("out/bin/run.sh")).isExecutable();
        assertThat(folder.resolve("out/lib/a.jar")).exists();
    }

    @Test
    void refusesAnEntryThatLeavesTheFolder() throws IOException {
        Path zip = zip("tool-1.0/../../escaped");

        assertThatThrownBy(() -> Archives.unpackZipWithoutTop(zip, folder.resolve("out")))
                .hasMessageContaining("leaves the folder");
        assertThat(folder.resolve("escaped")).doesNotExist();
    }

    private Path zip(String... names) throws IOException {
        Path file = folder.resolve("archive.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.closeEntry();
            }
        }
        return file;
    }
}
