package dev.muster.control.packages;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds packages as the packing tool lays them out. */
public final class HapFiles {
    private HapFiles() {}

    /** A stage-model entry module with a little code and a resource table. */
    public static byte[] hap(String bundle, long versionCode, String versionName, List<String> permissions) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("module.json", utf8(moduleJson(bundle, versionCode, versionName, permissions)));
        entries.put("ets/modules.abc", utf8("code of " + bundle + " " + versionCode));
        entries.put("resources.index", new byte[64]);
        entries.put("pack.info", utf8("{\"summary\":{},\"packages\":[]}"));
        return zip(entries);
    }

    static String moduleJson(String bundle, long versionCode, String versionName, List<String> permissions) {
        String requested = permissions.stream()
                .map(name -> "{\"name\":\"" + name + "\",\"usedScene\":{\"when\":\"inuse\"}}")
                .collect(Collectors.joining(","));
        return """
                {"app":{"bundleName":"%s","versionCode":%d,"versionName":"%s","minAPIVersion":12,"targetAPIVersion":12},
                 "module":{"name":"entry","type":"entry","deviceTypes":["default"],"requestPermissions":[%s]}}
                """.formatted(bundle, versionCode, versionName, requested);
    }

    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
