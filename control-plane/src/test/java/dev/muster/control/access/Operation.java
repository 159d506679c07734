package dev.muster.control.access;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One row of {@code authorization-matrix.txt}. */
record Operation(String method, String path, Optional<Role> role, String reach, Map<String, String> parameters) {
    private static final String CONTENT_TYPE = "content-type";

    Operation {
        parameters = Map.copyOf(parameters);
    }

    static Operation parse(String line) {
        String[] columns = line.strip().split("\\s+", -1);
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 4; i < columns.length; i++) {
            String[] pair = columns[i].split("=", 2);
            parameters.put(pair[0], pair[1]);
        }
        Optional<Role> role = Role.parse(columns[2]);
        if (role.isEmpty() && !columns[2].equals("none")) {
            throw new IllegalArgumentException("expected a role or none in `" + line + "`");
        }
        return new Operation(columns[0], columns[1], role, columns[3], parameters);
    }

    String contentType() {
        return parameters.getOrDefault(CONTENT_TYPE, "application/json");
    }

    String key() {
        return method + " " + path;
    }

    boolean namesADevice() {
        return parameters.containsValue("@device");
    }

    /** The request's path and query, for {@code device} where the row says so. */
    String request(String device) {
        String filled = path;
        List<String> query = new ArrayList<>();
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            String value = parameter.getValue().equals("@device") ? device : parameter.getValue();
            if (filled.contains("{" + parameter.getKey() + "}")) {
                filled = filled.replace("{" + parameter.getKey() + "}", value);
            } else if (!parameter.getKey().equals(CONTENT_TYPE)) {
                query.add(parameter.getKey() + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
        return "/api/v1" + filled + (query.isEmpty() ? "" : "?" + String.join("&", query));
    }

    @Override
    public String toString() {
        return key();
    }
}
