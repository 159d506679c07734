package dev.muster.control.explain;

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

/** A device profile as it is stored. Pure. */
final class ProfileJson {
    private ProfileJson() {}

    static String write(DeviceProfile profile) {
        DeviceAttributes attributes = profile.attributes();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("site", attributes.site());
        map.put("tags", List.copyOf(attributes.tags()));
        map.put("hardware", attributes.hardware());
        map.put("groups", List.copyOf(attributes.groups()));
        map.put("timeZone", attributes.timeZone());
        map.put("expressions", List.copyOf(attributes.expressions()));
        map.put("apps", profile.apps().stream().map(ProfileJson::app).toList());
        return new String(JsonObject.write(map), StandardCharsets.UTF_8);
    }

    static DeviceProfile read(String json) {
        JsonObject object = JsonObject.parse(json.getBytes(StandardCharsets.UTF_8));
        return DeviceProfile.of(
                DeviceAttributes.of(
                        object.string("site"),
                        object.strings("tags"),
                        object.string("hardware"),
                        object.strings("groups"),
                        object.string("timeZone"),
                        object.strings("expressions")),
                object.objects("apps", ProfileJson::app));
    }

    private static Map<String, Object> app(AppInstance app) {
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
                new AppKey(json.string("bundle"), (int) json.number("user"), (int) json.number("instance")),
                Apl.parse(json.string("apl")).orElse(Apl.NORMAL),
                json.strings("requested"),
                json.strings("acls"),
                json.string("signer"),
                json.strings("labels"));
    }
}
