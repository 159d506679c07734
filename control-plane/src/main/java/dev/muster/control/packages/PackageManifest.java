package dev.muster.control.packages;

import dev.muster.control.packages.PackageInfo.Format;
import dev.muster.control.packages.PackageInfo.Model;
import dev.muster.control.packages.PackageInfo.Module;
import dev.muster.control.packages.PackageRefused.Code;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The manifest inside a package, in either model (facts: {@code module.json}, {@code config.json}). Pure. */
final class PackageManifest {
    /** Stage model. */
    static final String STAGE = "module.json";

    /** Feature ability model. */
    static final String FA = "config.json";

    private static final int MAX_BUNDLE_BYTES = 128;
    private static final int MIN_BUNDLE_BYTES = 7;
    private static final int MAX_VERSION_NAME_BYTES = 127;
    private static final int MAX_MODULE_CHARS = 31;
    private static final int MAX_PERMISSIONS = 1024;
    private static final int MAX_PERMISSION_CHARS = 256;
    private static final Pattern BUNDLE = Pattern.compile("[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+){2,}");

    private PackageManifest() {}

    /** What the manifest says; still without signature. */
    static PackageInfo parse(Model model, byte[] json) {
        try {
            JsonObject root = JsonObject.parse(json);
            return checked(
                    switch (model) {
                        case STAGE -> stage(root);
                        case FA -> fa(root);
                    });
        } catch (ProtocolException e) {
            throw new PackageRefused(Code.MANIFEST_INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    private static PackageInfo stage(JsonObject root) {
        JsonObject app = root.object("app");
        JsonObject module = root.object("module");
        long versionCode = app.number("versionCode");
        String bundle = app.string("bundleName");
        return info(
                Model.STAGE,
                bundle,
                app.optionalString("bundleType").orElse("app"),
                versionCode,
                app.optionalString("versionName").orElse(""),
                app.optionalNumber("minCompatibleVersionCode").orElse(versionCode),
                new Api(
                        api(app.optionalNumber("minAPIVersion")),
                        api(app.optionalNumber("targetAPIVersion")),
                        app.optionalString("apiReleaseType").orElse("")),
                app.optionalFlag("debug").orElse(false),
                new Module(
                        module.string("name"),
                        module.optionalString("type").orElse("entry"),
                        module.strings("deviceTypes"),
                        permissions(module, "requestPermissions"),
                        dependencies(module, bundle)));
    }

    private static PackageInfo fa(JsonObject root) {
        JsonObject app = root.object("app");
        JsonObject version = app.object("version");
        JsonObject module = root.object("module");
        Optional<JsonObject> distro = module.optionalObject("distro");
        Optional<JsonObject> api = app.optionalObject("apiVersion");
        long versionCode = version.number("code");
        return info(
                Model.FA,
                app.string("bundleName"),
                "app",
                versionCode,
                version.optionalString("name").orElse(""),
                version.optionalNumber("minCompatibleVersionCode").orElse(versionCode),
                new Api(
                        api(api.flatMap(part -> part.optionalNumber("compatible"))),
                        api(api.flatMap(part -> part.optionalNumber("target"))),
                        api.flatMap(part -> part.optionalString("releaseType")).orElse("")),
                root.optionalObject("deviceConfig")
                        .flatMap(config -> config.optionalObject("default"))
                        .flatMap(config -> config.optionalFlag("debug"))
                        .orElse(false),
                new Module(
                        distro.map(part -> part.string("moduleName"))
                                .orElseGet(() -> module.optionalString("name").orElse("entry")),
                        distro.flatMap(part -> part.optionalString("moduleType"))
                                .orElse("entry"),
                        module.strings("deviceType"),
                        permissions(module, "reqPermissions"),
                        List.of()));
    }

    private record Api(int min, int target, String releaseType) {}

    private static PackageInfo info(
            Model model,
            String bundle,
            String bundleType,
            long versionCode,
            String versionName,
            long minCompatible,
            Api api,
            boolean debug,
            Module module) {
        return new PackageInfo(
                module.type().equals("shared") ? Format.HSP : Format.HAP,
                model,
                bundle,
                bundleType,
                versionCode,
                versionName,
                minCompatible,
                api.min(),
                api.target(),
                api.releaseType(),
                debug,
                List.of(module),
                new Signature.Unsigned(),
                Optional.empty());
    }

    private static int api(Optional<Long> level) {
        long value = level.orElse(0L);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw invalid("expected an API level of 0 to 2147483647, found " + value);
        }
        return (int) value;
    }

    private static List<String> permissions(JsonObject module, String member) {
        List<String> names = module.objects(member, permission -> permission.string("name")).stream()
                .distinct()
                .toList();
        if (names.size() > MAX_PERMISSIONS) {
            throw invalid("expected at most " + MAX_PERMISSIONS + " permissions, found " + names.size());
        }
        names.stream()
                .filter(name -> name.length() > MAX_PERMISSION_CHARS)
                .findFirst()
                .ifPresent(name -> {
                    throw invalid("expected permission names of at most 256 characters, found " + name.length());
                });
        return names;
    }

    /** Modules of the same app; libraries of other apps are installed on their own. */
    private static List<String> dependencies(JsonObject module, String bundle) {
        return module
                .objects("dependencies", dependency -> dependency
                        .optionalString("bundleName")
                        .filter(other -> !other.isEmpty() && !other.equals(bundle))
                        .map(other -> "")
                        .orElseGet(() -> dependency.string("moduleName")))
                .stream()
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static PackageInfo checked(PackageInfo info) {
        int length = bytes(info.bundle());
        if (length < MIN_BUNDLE_BYTES
                || length > MAX_BUNDLE_BYTES
                || !BUNDLE.matcher(info.bundle()).matches()) {
            throw invalid("expected a bundle name of 7 to 128 bytes with at least 3 parts separated by dots, found `"
                    + info.bundle() + "`");
        }
        if (info.versionCode() < 0 || info.versionCode() > Integer.MAX_VALUE) {
            throw invalid("expected a version code of 0 to 2147483647, found " + info.versionCode());
        }
        if (bytes(info.versionName()) > MAX_VERSION_NAME_BYTES) {
            throw invalid("expected a version name of at most 127 bytes");
        }
        Module module = info.modules().getFirst();
        if (module.name().isEmpty() || module.name().length() > MAX_MODULE_CHARS) {
            throw invalid("expected a module name of 1 to 31 characters, found `" + module.name() + "`");
        }
        switch (module.type()) {
            case "entry", "feature", "shared" -> {}
            default ->
                throw invalid("expected a module of type entry, feature or shared, found `" + module.type() + "`");
        }
        return info;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static PackageRefused invalid(String message) {
        return new PackageRefused(Code.MANIFEST_INVALID, message);
    }
}
