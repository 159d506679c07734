package dev.muster.cli.sites;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What people say about a site. */
final class SiteOptions {
    private static final Pattern WINDOW = Pattern.compile("([a-z,]+)=([0-9:]+)-([0-9:]+)");

    private static final Pattern LOCATION =
            Pattern.compile("(-?[0-9]{1,2}(?:[.][0-9]{1,9})?),(-?[0-9]{1,3}(?:[.][0-9]{1,9})?)");

    @Option(names = "--parent", paramLabel = "SITE", description = "The site it lies in; empty for none.")
    private @Nullable String parent;

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description = "Such as Asia/Shanghai; that of the site above if empty, UTC at the top.")
    private @Nullable String timeZone;

    @Option(
            names = "--uplink",
            paramLabel = "KBIT/S",
            description = "What downloads may use of its link; 0: what the site above says.")
    private @Nullable Integer uplink;

    @Option(
            names = "--window",
            paramLabel = "DAYS=FROM-TO",
            description =
                    "When its devices may be changed, in its local time: mon,tue=22:00-04:00; empty: what the site"
                            + " above says.")
    private @Nullable String window;

    @Option(
            names = "--gateway",
            paramLabel = "DEVICE",
            description = "The device that is its gateway; empty: that of the site above.")
    private @Nullable String gateway;

    @Option(
            names = "--location",
            paramLabel = "LATITUDE,LONGITUDE",
            description = "Where it is on the map, in degrees, such as 51.48,7.22; empty: where the site above is.")
    private @Nullable String location;

    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        put(body, "parent", parent);
        put(body, "timeZone", timeZone);
        put(body, "uplinkKbps", uplink);
        put(body, "window", window == null ? null : window(window));
        put(body, "gateway", gateway);
        put(body, "location", location == null ? null : location(location));
        return body;
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    private static Map<String, Object> location(String text) {
        if (text.isEmpty()) {
            return Map.of();
        }
        Matcher matcher = LOCATION.matcher(text);
        if (!matcher.matches()) {
            throw new CliException(ExitCode.USAGE, "expected --location such as `51.48,7.22`, found `" + text + "`");
        }
        return Map.of("latitude", Double.valueOf(matcher.group(1)), "longitude", Double.valueOf(matcher.group(2)));
    }

    private static Map<String, Object> window(String text) {
        if (text.isEmpty()) {
            return Map.of("days", List.of());
        }
        Matcher matcher = WINDOW.matcher(text);
        if (!matcher.matches()) {
            throw new CliException(
                    ExitCode.USAGE, "expected --window such as `mon,tue=22:00-04:00`, found `" + text + "`");
        }
        return Map.of(
                "days", List.of(matcher.group(1).split(",", -1)), "from", matcher.group(2), "to", matcher.group(3));
    }
}
