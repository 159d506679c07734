package dev.muster.agent.platform.openharmony;

import dev.muster.agent.platform.SystemSettings;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.SealedJson;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Member {@code openharmony} of the settings: parameters, the debug bridge, USB data, apps that may not run. Each is read back after it
 * was set, because {@code param} may take what a service then sets otherwise; each has its own result. A parameter that is no longer
 * named keeps its value; an app that is no longer named may run again.
 */
public final class DeviceSettings implements SystemSettings {
    private static final String SECTION = "openharmony";
    private static final int LONGEST_VALUE = 96;

    /** What "off" means, where a distribution has these parameters. */
    private static final Map<String, Map<String, String>> OFF = Map.of(
            "hdc",
                    Map.of(
                            "persist.hdc.control.shell", "false",
                            "persist.hdc.control.file", "false",
                            "persist.hdc.control.fport", "false"),
            "usb", Map.of("persist.sys.usb.config", "none"));

    private final Tools tools;
    private final Parameters parameters;
    private final BundleManager bundles;
    private final Path disabledByUs;

    /** {@code disabledByUs} remembers which apps to let run again. */
    public DeviceSettings(Tools tools, BundleManager bundles, Path disabledByUs) {
        this.tools = tools;
        this.parameters = new Parameters(tools);
        this.bundles = bundles;
        this.disabledByUs = disabledByUs;
    }

    @Override
    public Held hold(JsonObject settings) throws IOException {
        JsonObject own = settings.optionalObject(SECTION).orElseGet(() -> JsonObject.of(Map.of()));
        Set<String> changed = new TreeSet<>();
        Map<String, String> refused = new TreeMap<>();
        if (own.has("params")) {
            for (Map.Entry<String, String> wanted : own.stringMap("params").entrySet()) {
                note(SECTION + ".params." + wanted.getKey(), set(wanted.getKey(), wanted.getValue()), changed, refused);
            }
        }
        for (Map.Entry<String, Map<String, String>> switched : OFF.entrySet()) {
            if (own.optionalString(switched.getKey()).filter("off"::equals).isPresent()) {
                for (Map.Entry<String, String> wanted : switched.getValue().entrySet()) {
                    note(SECTION + "." + switched.getKey(), set(wanted.getKey(), wanted.getValue()), changed, refused);
                }
            }
        }
        disable(own.has("disabledApps") ? new TreeSet<>(own.strings("disabledApps")) : Set.of(), changed, refused);
        return new Held(changed, refused);
    }

    private sealed interface Result {
        record Held() implements Result {}

        record Changed() implements Result {}

        record Refused(String why) implements Result {}
    }

    // One part that is refused makes the member refused, whatever becomes of its other parts.
    private static void note(String member, Result result, Set<String> changed, Map<String, String> refused) {
        switch (result) {
            case Result.Held held -> {}
            case Result.Changed done -> changed.add(member);
            case Result.Refused no -> refused.merge(member, no.why, (a, b) -> a + "; " + b);
        }
    }

    private Result set(String name, String value) throws IOException {
        if (!name.startsWith("persist.") || value.length() > LONGEST_VALUE || value.isEmpty()) {
            return new Result.Refused(
                    "expected a name that begins with `persist.` and a value of 1 to 96 characters, found `" + name
                            + "`");
        }
        if (parameters.get(name).equals(Optional.of(value))) {
            return new Result.Held();
        }
        String answer = tools.read("param", "set", name, value).strip();
        Optional<String> now = parameters.get(name);
        if (now.equals(Optional.of(value))) {
            return new Result.Changed();
        }
        return new Result.Refused(
                answer.endsWith("success")
                        ? "`" + name + "` was taken and reads back as `" + now.orElse("") + "`"
                        : "`param` says `" + answer.lines().findFirst().orElse("nothing") + "`");
    }

    private void disable(Set<String> wanted, Set<String> changed, Map<String, String> refused) throws IOException {
        Set<String> ours = ours();
        if (wanted.isEmpty() && ours.isEmpty()) {
            return;
        }
        Set<String> all = new TreeSet<>(ours);
        all.addAll(wanted);
        // Remembered before the act: what a power cut leaves disabled is enabled again when it is no longer wanted.
        remember(all);
        for (String name : all) {
            boolean enabled = !wanted.contains(name);
            String member = SECTION + ".disabledApps." + name;
            Optional<InstalledBundle> bundle = bundles.find(name);
            if (bundle.isEmpty() || bundle.get().enabled() == enabled) {
                continue; // not there: nothing runs, and it is disabled when it comes
            }
            BundleAnswer answer = bundles.enable(name, enabled);
            boolean holds =
                    bundles.find(name).filter(now -> now.enabled() == enabled).isPresent();
            if (holds) {
                changed.add(member);
            } else {
                refused.put(
                        member,
                        answer instanceof BundleAnswer.Refused no ? no.text() : "taken, and the app is as it was");
            }
        }
        remember(wanted);
    }

    private Set<String> ours() throws IOException {
        if (!Files.exists(disabledByUs)) {
            return Set.of();
        }
        try {
            return new TreeSet<>(
                    SealedJson.read(Files.readAllBytes(disabledByUs)).strings("disabled"));
        } catch (ProtocolException e) {
            return Set.of(); // damaged: what it named stays disabled until a person enables it
        }
    }

    private void remember(Set<String> names) throws IOException {
        if (!names.equals(ours())) {
            AtomicFiles.write(
                    disabledByUs, SealedJson.write(new LinkedHashMap<>(Map.of("disabled", List.copyOf(names)))));
        }
    }
}
