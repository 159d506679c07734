package dev.muster.agent.platform.openharmony;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a device says of itself, under the names that every platform uses. What may not be read is absent. */
public final class DeviceFacts {
    private static final Pattern UDID = Pattern.compile("[0-9A-Fa-f]{64}");
    private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Parameters by the fact that they become. */
    private static final Map<String, String> NAMES = names();

    private final Parameters parameters;
    private final Tools tools;

    public DeviceFacts(Parameters parameters, Tools tools) {
        this.parameters = parameters;
        this.tools = tools;
    }

    /** All of them. */
    public Map<String, String> read() throws IOException {
        Map<String, String> facts = new TreeMap<>();
        facts.put("platform", "openharmony");
        facts.put("hardware", hardware());
        Optional<String> distribution = parameters.get("const.product.os.dist.name");
        facts.put("os.name", Distribution.nameOf(distribution));
        distribution.ifPresent(text -> facts.put("os.distribution", text));
        for (Map.Entry<String, String> name : NAMES.entrySet()) {
            parameters.get(name.getKey()).ifPresent(value -> facts.put(name.getValue(), value));
        }
        udid().ifPresent(value -> facts.put("udid", value));
        return facts;
    }

    /** The certified model, which images are made for; {@code openharmony} where none is said. */
    public String hardware() throws IOException {
        return parameters
                .get("const.product.model")
                .or(() -> unchecked("const.build.product"))
                .map(model -> model.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-"))
                .filter(model -> model.matches("[a-z0-9].{0,62}"))
                .orElse("openharmony");
    }

    /** The serial number, which only some labels may read. */
    public Optional<String> serial() throws IOException {
        return parameters.get("ohos.boot.sn").filter(text -> SERIAL.matcher(text)
                .matches());
    }

    /** The device's unique id, from the parameter or from the bundle manager. */
    public Optional<String> udid() throws IOException {
        Optional<String> set = parameters.get("const.product.udid").filter(text -> UDID.matcher(text)
                .matches());
        return set.isPresent()
                ? set
                : tools.read("bm", "get", "-u")
                        .lines()
                        .map(String::strip)
                        .filter(line -> UDID.matcher(line).matches())
                        .findFirst();
    }

    /** Whether this build lets {@code atm} change more than apps that are signed for debugging. */
    public boolean debugBuild() throws IOException {
        return parameters.get("const.debuggable").filter("1"::equals).isPresent()
                || parameters.get("const.secure").filter("0"::equals).isPresent();
    }

    private Optional<String> unchecked(String name) {
        try {
            return parameters.get(name);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("const.ohos.fullname", "os.version");
        names.put("const.ohos.apiversion", "os.apiVersion");
        names.put("const.ohos.releasetype", "os.releaseType");
        names.put("const.ohos.version.security_patch", "os.securityPatch");
        names.put("const.ohos.buildroothash", "os.buildRootHash");
        names.put("const.product.incremental.version", "os.incrementalVersion");
        names.put("const.product.software.version", "os.build");
        names.put("const.product.os.dist.version", "os.distributionVersion");
        names.put("const.product.os.dist.apiversion", "os.distributionApiVersion");
        names.put("const.product.os.dist.releasetype", "os.distributionReleaseType");
        names.put("const.product.devicetype", "device.type");
        names.put("const.product.manufacturer", "device.manufacturer");
        names.put("const.product.brand", "device.brand");
        names.put("const.product.name", "device.marketName");
        names.put("const.product.model", "board.name");
        names.put("const.software.model", "device.softwareModel");
        names.put("const.product.hardwareversion", "device.hardwareVersion");
        names.put("const.product.bootloader.version", "device.bootloaderVersion");
        names.put("const.product.cpu.abilist", "cpu.abis");
        return names;
    }
}
