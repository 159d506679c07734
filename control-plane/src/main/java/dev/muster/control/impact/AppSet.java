package dev.muster.control.impact;

import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The apps of a device as a policy sees them, in the form in which one row stands for many devices. */
record AppSet(List<AppInstance> apps) {
    AppSet {
        apps = List.copyOf(apps);
    }

    /** Equal sets, and only they, have equal digests. */
    String digest() {
        return DeviceProfile.of(DeviceAttributes.NONE, apps).digest();
    }

    String toJson() {
        return new String(
                JsonObject.write(Map.of("apps", apps.stream().map(AppSet::map).toList())), StandardCharsets.UTF_8);
    }

    static AppSet fromJson(String json) {
        return new AppSet(
                JsonObject.parse(json.getBytes(StandardCharsets.UTF_8)).objects("apps", AppSet::app));
    }

    private static Map<String, Object> map(AppInstance app) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("bundle", app.bundle());
        map.put("user", app.key().user());
        map.put("instance", app.key().instance());
        map.put("apl", app.apl().text());
        map.put("requested", List.copyOf(app.requested()));
        map.put("acls", List.copyOf(app.acls()));
        map.put("signer", app.signer());
        map.put("labels", List.copyOf(app.labels()));
        return map;
    }

    private static AppInstance app(JsonObject json) {
        return AppInstance.of(
                new AppKey(
                        json.string("bundle"),
                        Math.toIntExact(json.number("user")),
                        Math.toIntExact(json.number("instance"))),
                Apl.parse(json.string("apl")).orElse(Apl.NORMAL),
                json.strings("requested"),
                json.strings("acls"),
                json.optionalString("signer").orElse(""),
                json.strings("labels"));
    }
}
