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
        return hap(bundle, versionCode, versionName, 12, permissions);
    }

    /** The same, for devices from an API level on. */
    public static byte[] hap(
            String bundle, long versionCode, String versionName, int minApi, List<String> permissions) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(
                "module.json",
                utf8(moduleJson(bundle, versionCode, versionName, permissions)
                        .replace("\"minAPIVersion\":12", "\"minAPIVersion\":" + minApi)));
        entries.put("ets/modules.abc", utf8("code of " + bundle + " " + versionCode));
        entries.put("resources.index", new byte[64]);
        entries.put("pack.info", utf8("{\"summary\":{},\"packages\":[]}"));
        return zip(entries);
    }

    /** The manifest of an entry module {@code entry}. */
    static String moduleJson(String bundle, long versionCode, String versionName, List<String> permissions) {
        return moduleJson(bundle, "entry", "entry", versionCode, versionName, permissions, "");
    }

    /** A manifest; {@code more} are further members of {@code app}, each ended by a comma. */
    static String moduleJson(
            String bundle,
            String module,
            String type,
            long versionCode,
            String versionName,
            List<String> permissions,
            String more) {
        String requested = permissions.stream()
                .map(name -> "{\"name\":\"" + name + "\",\"usedScene\":{\"when\":\"inuse\"}}")
                .collect(Collectors.joining(","));
        return """
                {"app":{%s"bundleName":"%s","versionCode":%d,"versionName":"%s","minAPIVersion":12,"targetAPIVersion":12},
                 "module":{"name":"%s","type":"%s","deviceTypes":["default","tablet"],"requestPermissions":[%s]}}
                """.formatted(more, bundle, versionCode, versionName, module, type, requested);
    }

    /** A module of an App Pack. */
    static byte[] module(String bundle, String module, String type, long versionCode, String more) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("module.json", utf8(moduleJson(bundle, module, type, versionCode, "1", List.of(), more)));
        entries.put("ets/modules.abc", utf8("code of " + module));
        return zip(entries);
    }

    /** An App Pack of modules by their names. */
    public static byte[] appPack(String bundle, long versionCode, Map<String, byte[]> modules) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        modules.forEach((name, bytes) -> entries.put(name + "-default.hap", bytes));
        String listed = modules.keySet().stream()
                .map(name -> "{\"distro\":{\"moduleName\":\"" + name + "\"}}")
                .collect(Collectors.joining(","));
        entries.put("pack.info", utf8("""
                {"summary":{"app":{"bundleName":"%s","version":{"code":%d,"name":"1"}},"modules":[%s]},"packages":[]}
                """.formatted(bundle, versionCode, listed)));
        return zip(entries);
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
