package dev.muster.standalone.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianPackagesTest {
    @TempDir
    Path root;

    @Test
    void namesThePackagesThatFilesComeFrom() throws IOException {
        Path info = Files.createDirectories(root.resolve("var/lib/dpkg/info"));
        Files.writeString(info.resolve("libc6:amd64.list"), "/.\n/lib/x86_64-linux-gnu/libc.so.6\n");
        Files.writeString(info.resolve("zlib1g:amd64.list"), "/usr/lib/x86_64-linux-gnu/libz.so.1\n");
        Files.writeString(info.resolve("bash.list"), "/bin/bash\n");
        Files.writeString(root.resolve("var/lib/dpkg/status"), """
            Package: libc6
            Status: install ok installed
            Architecture: amd64
            Version: 2.36-9+deb12u14
            Description: C library
             many: lines

            Package: bash
            Architecture: amd64
            Version: 5

            Package: zlib1g
            Architecture: amd64
            Version: 1:1.2
            """);

        var found = DebianPackages.of(
                root, List.of("usr/lib/x86_64-linux-gnu/libc.so.6", "usr/lib/x86_64-linux-gnu/libz.so.1"));

        assertThat(found).containsOnlyKeys("libc6", "zlib1g");
        assertThat(found.get("libc6"))
                .returns("2.36-9+deb12u14", DebianPackages.Installed::version)
                .satisfies(one ->
                        assertThat(one.stanza()).startsWith("Package: libc6").endsWith(" many: lines\n"));
    }

    @Test
    void knowsNoneWhereNothingIsRecorded() throws IOException {
        assertThat(DebianPackages.of(root, List.of("usr/lib/libc.so.6"))).isEmpty();
    }
}
