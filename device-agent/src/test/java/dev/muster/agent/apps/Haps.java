package dev.muster.agent.apps;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.muster.agent.store.CheckedFile;
import dev.muster.agent.store.ContentDigest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds packages for tests. */
public final class Haps {
    private Haps() {}

    /** A sound package that asks for the camera. */
    public static byte[] hap(String bundle, int versionCode) {
        return zip(Map.of(
                "module.json", moduleJson(bundle, versionCode), "ets/modules.abc", "code of version " + versionCode));
    }

    /** A package as it lies, taken for the one that was signed for. */
    public static CheckedFile checked(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            MessageDigest digest = ContentDigest.begin();
            long length = ContentDigest.update(digest, channel, channel.size());
            return CheckedFile.of(file, length, ContentDigest.end(digest));
        }
    }

    public static String moduleJson(String bundle, int versionCode) {
        return """
                {"app":{"bundleName":"%s","versionCode":%d,"versionName":"%d.0"},
                 "module":{"name":"entry","requestPermissions":[{"name":"ohos.permission.CAMERA"}]}}""".formatted(bundle, versionCode, versionCode);
    }

    public static byte[] zip(Map<String, String> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (var entry : new TreeMap<>(entries).entrySet()) {
                ZipEntry file = new ZipEntry(entry.getKey());
                // The same bytes at every call: two hashes would be two versions.
                file.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
                zip.putNextEntry(file);
                zip.write(entry.getValue().getBytes(UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
