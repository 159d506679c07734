package dev.muster.control.registry;

import dev.muster.control.devices.Device;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes devices as an inventory that can be imported again. Pure. */
final class InventoryWriter {
    private final InventoryFormat format;
    private final List<String> keys;

    /** {@code keys} of metadata become columns of their own in CSV. */
    InventoryWriter(InventoryFormat format, List<String> keys) {
        this.format = format;
        this.keys = List.copyOf(keys);
    }

    /** What stands before the first device. */
    String head() {
        if (format == InventoryFormat.NDJSON) {
            return "";
        }
        List<String> columns = new ArrayList<>(InventoryReader.COLUMNS);
        keys.forEach(key -> columns.add("meta." + key));
        return line(columns);
    }

    String row(Device device) {
        Map<String, @Nullable String> cells = new LinkedHashMap<>();
        cells.put("id", device.id());
        cells.put("name", device.name());
        cells.put("status", device.status().name().toLowerCase(Locale.ROOT));
        cells.put("type", device.type());
        cells.put("hardware", device.hardware());
        cells.put("serial", device.serial());
        cells.put("udid", device.udid());
        cells.put("site", device.site());
        if (format == InventoryFormat.NDJSON) {
            Map<String, Object> members = new LinkedHashMap<>();
            cells.forEach((name, text) -> {
                if (text != null && !text.isEmpty()) {
                    members.put(name, text);
                }
            });
            members.put("tags", device.tags());
            members.put("metadata", new TreeMap<>(device.metadata()));
            return new String(JsonObject.write(members), StandardCharsets.UTF_8) + "\n";
        }
        List<String> line = new ArrayList<>();
        cells.values().forEach(text -> line.add(text == null ? "" : text));
        line.add(String.join(";", device.tags()));
        keys.forEach(key -> line.add(device.metadata().getOrDefault(key, "")));
        return line(line);
    }

    private static String line(List<String> cells) {
        return String.join(",", cells.stream().map(InventoryWriter::cell).toList()) + "\r\n";
    }

    private static String cell(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                && text.equals(text.strip());
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
