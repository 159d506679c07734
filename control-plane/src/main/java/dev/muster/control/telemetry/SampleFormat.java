package dev.muster.control.telemetry;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.json.JsonObject;
import dev.muster.telemetry.query.DeviceValue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How samples stand in a file. */
enum SampleFormat {
    CSV("csv", "text/csv") {
        @Override
        String head() {
            return "device,metric,at,value\r\n";
        }

        @Override
        byte[] line(DeviceValue value) {
            return (quoted(value.device()) + "," + quoted(value.metric()) + "," + value.at() + ","
                            + quoted(String.valueOf(value.value())) + "\r\n")
                    .getBytes(StandardCharsets.UTF_8);
        }
    },
    NDJSON("ndjson", "application/x-ndjson") {
        @Override
        String head() {
            return "";
        }

        @Override
        byte[] line(DeviceValue value) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("device", value.device());
            members.put("metric", value.metric());
            members.put("at", value.at().toString());
            members.put("value", value.value());
            byte[] json = JsonObject.write(members);
            byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            return line;
        }
    };

    private final String text;
    private final String mediaType;

    SampleFormat(String text, String mediaType) {
        this.text = text;
        this.mediaType = mediaType;
    }

    /** What comes before the first sample. */
    abstract String head();

    /** One sample, with the end of its line. */
    abstract byte[] line(DeviceValue value);

    String text() {
        return text;
    }

    String mediaType() {
        return mediaType;
    }

    /** The format of a name; CSV where none is given. */
    static SampleFormat ofName(@Nullable String name) {
        if (name == null) {
            return CSV;
        }
        for (SampleFormat format : values()) {
            if (format.text.equals(name)) {
                return format;
            }
        }
        throw new ProblemException(
                ProblemCode.INVALID_REQUEST, "expected `format` csv or ndjson, found `" + name + "`");
    }

    /** RFC 4180: in quotes where a comma, a quote or the end of a line stands in it. */
    private static String quoted(String text) {
        return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + text.replace("\"", "\"\"") + '"'
                : text;
    }
}
