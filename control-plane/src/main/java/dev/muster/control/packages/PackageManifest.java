package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** The manifest inside a package, in either model (facts: {@code module.json}, {@code config.json}). Pure. */
final class PackageManifest {
    /** Stage model. */
    static final String STAGE = "module.json";

    /** Feature ability model. */
    static final String FA = "config.json";

    private static final String APL_WITHOUT_PROFILE = "normal";
    private static final int MAX_BUNDLE_BYTES = 127;
    private static final int MIN_BUNDLE_BYTES = 7;
    private static final int MAX_VERSION_NAME_BYTES = 127;
    private static final Pattern BUNDLE = Pattern.compile("[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+){2,}");

    private PackageManifest() {}

    static PackageInfo parse(PackageInfo.Model model, byte[] json) {
        try {
            JsonObject root = JsonObject.parse(json);
            return switch (model) {
                case STAGE -> stage(root);
                case FA -> fa(root);
            };
        } catch (ProtocolException e) {
            throw new PackageRefused(Code.MANIFEST_INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    private static PackageInfo stage(JsonObject root) {
        JsonObject app = root.object("app");
        JsonObject module = root.object("module");
        return info(
                PackageInfo.Model.STAGE,
                app.string("bundleName"),
                module.string("name"),
                app.number("versionCode"),
                app.optionalString("versionName").orElse(""),
                module.objects("requestPermissions", permission -> permission.string("name")));
    }

    private static PackageInfo fa(JsonObject root) {
        JsonObject app = root.object("app");
        JsonObject version = app.object("version");
        JsonObject module = root.object("module");
        String name = module.optionalObject("distro")
                .map(distro -> distro.string("moduleName"))
                .orElseGet(() -> module.optionalString("name").orElse("entry"));
        return info(
                PackageInfo.Model.FA,
                app.string("bundleName"),
                name,
                version.number("code"),
                version.optionalString("name").orElse(""),
                module.objects("reqPermissions", permission -> permission.string("name")));
    }

    private static PackageInfo info(
            PackageInfo.Model model,
            String bundle,
            String module,
            long versionCode,
            String versionName,
            List<String> permissions) {
        int length = bundle.getBytes(StandardCharsets.UTF_8).length;
        if (length < MIN_BUNDLE_BYTES
                || length > MAX_BUNDLE_BYTES
                || !BUNDLE.matcher(bundle).matches()) {
            throw invalid("expected a bundle name of 7 to 127 bytes with at least 3 parts separated by dots, found `"
                    + bundle + "`");
        }
        if (versionCode < 0 || versionCode > Integer.MAX_VALUE) {
            throw invalid("expected a version code of 0 to 2147483647, found " + versionCode);
        }
        if (versionName.getBytes(StandardCharsets.UTF_8).length > MAX_VERSION_NAME_BYTES) {
            throw invalid("expected a version name of at most 127 bytes");
        }
        return new PackageInfo(
                model,
                bundle,
                module,
                versionCode,
                versionName,
                APL_WITHOUT_PROFILE,
                new PackageSigner.Unknown(),
                permissions.stream().distinct().toList());
    }

    private static PackageRefused invalid(String message) {
        return new PackageRefused(Code.MANIFEST_INVALID, message);
    }
}
