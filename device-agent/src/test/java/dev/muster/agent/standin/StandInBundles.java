package dev.muster.agent.standin;

import dev.muster.policy.atm.AppInfo;
import dev.muster.policy.atm.AppPolicy;
import dev.muster.policy.atm.InstallOutcome;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The bundle manager behind {@code bm}. Entry {@code profile.json} of a package stands for the signed profile that a real package has in
 * its signing block; a package without one is a release build of level {@code normal} by a shop.
 */
final class StandInBundles {
    private final StandInTokens tokens;
    private final Path packages;
    private final Map<String, Installed> installed = new TreeMap<>();
    private int stored;

    private record Profile(
            boolean debug,
            Apl apl,
            String distribution,
            List<String> acls,
            List<String> devices,
            List<String> preAuthorized,
            boolean system) {}

    private record Installed(
            long versionCode, String versionName, List<String> permissions, Profile profile, boolean enabled) {
        Installed enabled(boolean on) {
            return new Installed(versionCode, versionName, permissions, profile, on);
        }
    }

    private record Offered(
            String bundle, long versionCode, String versionName, List<String> permissions, Profile profile) {}

    StandInBundles(StandInTokens tokens, Path packages) throws IOException {
        this.tokens = tokens;
        this.packages = Files.createDirectories(packages);
        try (var kept = Files.list(packages)) {
            this.stored = (int) kept.count();
        }
    }

    /** The command with paths that stay: packages are kept as long as the device. */
    List<String> lasting(List<String> words) throws IOException {
        int path = words.indexOf("-p") + 1;
        if (!words.getFirst().equals("bm") || !words.contains("install")) {
            return words;
        }
        Path copy = packages.resolve(++stored + ".hap");
        Files.copy(Path.of(words.get(path)), copy, StandardCopyOption.REPLACE_EXISTING);
        List<String> lasting = new ArrayList<>(words);
        lasting.set(path, copy.toString());
        return lasting;
    }

    String bm(List<String> words) throws IOException {
        String bundle = StandInTokens.option(words, "-n");
        return switch (words.isEmpty() ? "" : words.getFirst()) {
            case "install" -> install(Path.of(StandInTokens.option(words, "-p")));
            case "uninstall" -> uninstall(bundle);
            case "dump" -> words.contains("-a") ? list() : describe(bundle);
            case "get" -> "udid of current device is :\n" + StandInDevice.UDID + "\n";
            case "enable" -> enable(bundle, true);
            case "disable" -> enable(bundle, false);
            default -> "error: unknown command.\n";
        };
    }

    private static String failed(String what, int code, String why) {
        return "error: failed to " + what + " bundle.\ncode:" + code + "\nerror: " + why + "\n";
    }

    private String install(Path file) throws IOException {
        if (!Files.exists(file)) {
            return failed("install", 9568269, "install failed due to the file path being invalid.");
        }
        Offered offered;
        try {
            offered = read(file);
        } catch (IOException | ProtocolException e) {
            return failed("install", 9568262, "install parse failed.");
        }
        Installed old = installed.get(offered.bundle);
        if (old != null && offered.versionCode < old.versionCode) {
            return failed("install", 9568263, "install version downgrade.");
        }
        if (old != null && old.profile.debug != offered.profile.debug) {
            return failed("install", 9568286, "install provision type not same.");
        }
        if (offered.profile.debug && !offered.profile.devices.contains(StandInDevice.UDID)) {
            return failed("install", 9568322, "signature verification failed due to not trusted app source.");
        }
        InstallOutcome outcome = tokens.install(
                offered.bundle,
                new AppInfo.Traits(
                        offered.bundle + "_signer",
                        13,
                        offered.profile.system,
                        false,
                        offered.profile.distribution,
                        offered.profile.debug ? "debug" : "release"),
                new AppPolicy(
                        Optional.of(offered.profile.apl),
                        "domain",
                        offered.permissions.stream().map(AppPolicy.Request::of).toList(),
                        new LinkedHashSet<>(offered.profile.acls),
                        Map.of(),
                        fixed(offered.profile.preAuthorized),
                        false));
        if (!outcome.code().isOk()) {
            return old == null
                    ? failed("install", 9568289, "install failed due to grant request permissions failed.")
                    : failed("install", 9568290, "install failed due to update hap token failed.");
        }
        installed.put(
                offered.bundle,
                new Installed(offered.versionCode, offered.versionName, offered.permissions, offered.profile, true));
        return "install bundle successfully.\n";
    }

    private String uninstall(String bundle) {
        Installed app = installed.get(bundle);
        if (app == null) {
            return failed("uninstall", 9568386, "uninstall missing installed bundle.");
        }
        if (app.profile.system) {
            return failed("uninstall", 9568380, "uninstall system app error.");
        }
        installed.remove(bundle);
        tokens.uninstall(bundle);
        return "uninstall bundle successfully.\n";
    }

    private String enable(String bundle, boolean on) {
        Installed app = installed.get(bundle);
        if (app == null) {
            return "error: failed to " + (on ? "enable" : "disable") + " bundle.\nerror: bundle does not exist.\n";
        }
        installed.put(bundle, app.enabled(on));
        return (on ? "enable" : "disable") + " bundle successfully.\n";
    }

    private String list() {
        StringBuilder text = new StringBuilder("ID: " + StandInTokens.USER + ":\n");
        installed.keySet().forEach(name -> text.append('\t').append(name).append('\n'));
        return text.toString();
    }

    private String describe(String bundle) {
        Installed app = installed.get(bundle);
        if (app == null) {
            return "error: failed to get information and the parameters may be wrong.\n";
        }
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("accessTokenId", tokens.token(bundle).orElseThrow().value());
        info.put("appDistributionType", app.profile.distribution);
        info.put("appPrivilegeLevel", app.profile.apl.text());
        info.put("appProvisionType", app.profile.debug ? "debug" : "release");
        info.put("enabled", app.enabled);
        info.put("isSystemApp", app.profile.system);
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("applicationInfo", info);
        text.put("hapModuleInfos", List.of(Map.of("name", "entry", "mainAbility", "EntryAbility")));
        text.put("name", bundle);
        text.put(
                "reqPermissionDetails",
                app.permissions.stream()
                        .map(name -> Map.of("name", name, "moduleName", "entry"))
                        .toList());
        text.put("versionCode", app.versionCode);
        text.put("versionName", app.versionName);
        return bundle + ":\n" + new String(JsonObject.write(text), StandardCharsets.UTF_8) + "\n";
    }

    private static Offered read(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            JsonObject module =
                    json(zip, "module.json").orElseThrow(() -> new IOException("no module.json in the package"));
            JsonObject app = module.object("app");
            return new Offered(
                    app.string("bundleName"),
                    app.number("versionCode"),
                    app.optionalString("versionName").orElse(""),
                    module.object("module").objects("requestPermissions", one -> one.string("name")),
                    profile(json(zip, "profile.json").orElseGet(() -> JsonObject.of(Map.of()))));
        }
    }

    /** What a preset file of the maker gives in advance, and the user may not take away. */
    private static Map<String, Boolean> fixed(List<String> names) {
        Map<String, Boolean> fixed = new HashMap<>();
        names.forEach(name -> fixed.put(name, false));
        return fixed;
    }

    private static Profile profile(JsonObject json) {
        return new Profile(
                json.optionalString("type").orElse("release").equals("debug"),
                Apl.valueOf(json.optionalString("apl").orElse("normal").toUpperCase(Locale.ROOT)),
                json.optionalString("distribution").orElse("app_gallery"),
                json.has("acls") ? json.strings("acls") : List.of(),
                json.has("devices") ? json.strings("devices") : List.of(),
                json.has("preAuthorized") ? json.strings("preAuthorized") : List.of(),
                json.optionalFlag("system").orElse(false));
    }

    private static Optional<JsonObject> json(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        return entry == null
                ? Optional.empty()
                : Optional.of(JsonObject.parse(zip.getInputStream(entry).readAllBytes()));
    }
}
