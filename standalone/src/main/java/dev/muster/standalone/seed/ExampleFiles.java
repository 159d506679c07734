package dev.muster.standalone.seed;

import dev.muster.standalone.process.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The story's OS image, app package and policy. The same bytes every time, so a repeated upload is no second artifact. */
final class ExampleFiles {
    static final String BUNDLE = "com.example.pitcamera";
    static final String IMAGE_VERSION = "2.0.0";
    private static final List<String> PERMISSIONS =
            List.of("ohos.permission.CAMERA", "ohos.permission.MICROPHONE", "ohos.permission.INTERNET");
    private static final int VERSION_CODE = 1;
    private static final int IMAGE_BYTES = 4 * 1024 * 1024;
    private static final long SEED = 42;

    private final Path folder;

    ExampleFiles(Path folder) {
        this.folder = Folders.ownerOnly(folder);
    }

    /** An image for simulated boards: a header that the board's boot loader reads, then content. */
    Path image() {
        return written("openharmony-" + IMAGE_VERSION + ".img", out -> {
            out.write(("version=" + IMAGE_VERSION + "\nhealth=ok\n\n").getBytes(StandardCharsets.UTF_8));
            byte[] content = new byte[IMAGE_BYTES];
            new Random(SEED).nextBytes(content);
            out.write(content);
        });
    }

    /** An OpenHarmony application package of the stage model. */
    Path app() {
        return written("pitcamera-1.0.0.hap", out -> {
            try (ZipOutputStream zip = new ZipOutputStream(out)) {
                put(zip, "module.json", moduleJson());
                put(zip, "pack.info", packInfo());
                put(zip, "ets/modules.abc", "example\n");
                put(zip, "resources/base/profile/main_pages.json", "{\"src\":[\"pages/Index\"]}");
            }
        });
    }

    /** Policy documents in YAML. */
    static String policy() {
        try (InputStream in = ExampleFiles.class.getResourceAsStream("policy.yaml")) {
            if (in == null) {
                throw new IllegalStateException("resource `policy.yaml` is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("resource `policy.yaml` cannot be read", e);
        }
    }

    /** Writes a whole file. */
    @FunctionalInterface
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private Path written(String name, Content content) {
        Path file = folder.resolve(name);
        Path partial = folder.resolve(name + ".partial");
        try (OutputStream out = Files.newOutputStream(partial)) {
            content.writeTo(out);
        } catch (IOException e) {
            throw Folders.unusable(partial, e);
        }
        try {
            return Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Folders.unusable(file, e);
        }
    }

    private static void put(ZipOutputStream zip, String name, String text) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        // A fixed time keeps the bytes, and so the hash, the same.
        entry.setTimeLocal(java.time.LocalDateTime.of(2026, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private static String moduleJson() {
        String requests = PERMISSIONS.stream()
                .map(permission -> "{\"name\":\"" + permission + "\",\"reason\":\"$string:reason\","
                        + "\"usedScene\":{\"abilities\":[\"EntryAbility\"],\"when\":\"inuse\"}}")
                .collect(Collectors.joining(","));
        return """
                {"app":{"bundleName":"%s","bundleType":"app","versionCode":%d,"versionName":"1.0.0","vendor":"example",
                "minAPIVersion":12,"targetAPIVersion":12,"apiReleaseType":"Release","debug":false},
                "module":{"name":"entry","type":"entry","deviceTypes":["default"],"deliveryWithInstall":true,
                "installationFree":false,"mainElement":"EntryAbility","requestPermissions":[%s]}}
                """.formatted(BUNDLE, VERSION_CODE, requests);
    }

    private static String packInfo() {
        return """
                {"summary":{"app":{"bundleName":"%s","version":{"code":%d,"name":"1.0.0"}},"modules":[]},
                "packages":[{"name":"entry-default","moduleType":"entry","deviceType":["default"],
                "deliveryWithInstall":true}]}
                """.formatted(BUNDLE, VERSION_CODE);
    }
}
