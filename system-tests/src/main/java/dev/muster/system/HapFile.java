package dev.muster.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes OpenHarmony packages in the stage model: a ZIP with {@code module.json}, {@code pack.info} and code. */
public final class HapFile {
    private HapFile() {}

    /** Writes a package without a signature to {@code file}. */
    public static Path write(Path file, String bundle, int versionCode, String versionName, List<String> permissions)
            throws IOException {
        String requests = permissions.stream()
                .map(name -> "{\"name\":\"" + name + "\",\"reason\":\"$string:reason\","
                        + "\"usedScene\":{\"abilities\":[\"EntryAbility\"],\"when\":\"inuse\"}}")
                .collect(Collectors.joining(","));
        String module = """
                {"app":{"bundleName":"%s","bundleType":"app","versionCode":%d,"versionName":"%s",
                 "minAPIVersion":12,"targetAPIVersion":12,"apiReleaseType":"Release","debug":false,"vendor":"example"},
                 "module":{"name":"entry","type":"entry","deviceTypes":["default"],"deliveryWithInstall":true,
                 "installationFree":false,"mainElement":"EntryAbility","requestPermissions":[%s]}}
                """.formatted(bundle, versionCode, versionName, requests);
        String packInfo = """
                {"summary":{"app":{"bundleName":"%s","version":{"code":%d,"name":"%s"}},"modules":[]},
                 "packages":[{"name":"entry-default","moduleType":"entry","deviceType":["default"],
                 "deliveryWithInstall":true}]}
                """.formatted(bundle, versionCode, versionName);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "module.json", module);
            put(zip, "pack.info", packInfo);
            put(zip, "ets/modules.abc", "version " + versionCode);
            put(zip, "resources/base/profile/main_pages.json", "{\"src\":[\"pages/Index\"]}");
        }
        return file;
    }

    private static void put(ZipOutputStream zip, String name, String text) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        // The same bytes at every call: two hashes would be two versions.
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }
}
