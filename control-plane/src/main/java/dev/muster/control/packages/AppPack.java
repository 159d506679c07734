package dev.muster.control.packages;

import dev.muster.control.packages.PackageInfo.Module;
import dev.muster.control.packages.PackageRefused.Code;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What all modules of one app must agree on, and that {@code pack.info} says the same. Pure. */
final class AppPack {
    static final String PACK_INFO = "pack.info";

    private AppPack() {}

    /** One app made of its modules; {@link PackageRefused} with the rule that two of them break. */
    static PackageInfo of(List<PackageInfo> parts, byte[] packInfo) {
        same(parts, "bundle name", PackageInfo::bundle, Code.BUNDLE_DIFFERS);
        same(parts, "version code", PackageInfo::versionCode, Code.VERSION_CODE_DIFFERS);
        same(parts, "version name", PackageInfo::versionName, Code.VERSION_NAME_DIFFERS);
        same(parts, "lowest compatible version", PackageInfo::minCompatibleVersionCode, Code.VERSION_CODE_DIFFERS);
        same(parts, "bundle type", PackageInfo::bundleType, Code.BUNDLE_TYPE_DIFFERS);
        same(parts, "debug flag", PackageInfo::debug, Code.DEBUG_DIFFERS);
        same(parts, "lowest API level", PackageInfo::minApi, Code.API_DIFFERS);
        same(parts, "target API level", PackageInfo::targetApi, Code.API_DIFFERS);
        same(parts, "API release type", PackageInfo::apiReleaseType, Code.API_DIFFERS);
        checkModules(parts);
        checkSigners(parts);
        List<Module> modules =
                parts.stream().flatMap(part -> part.modules().stream()).toList();
        PackageInfo app = parts.getFirst().packed(modules);
        checkPackInfo(app, packInfo);
        return app;
    }

    private static void same(List<PackageInfo> parts, String what, Function<PackageInfo, Object> member, Code code) {
        PackageInfo first = parts.getFirst();
        for (PackageInfo other : parts) {
            if (!member.apply(other).equals(member.apply(first))) {
                throw new PackageRefused(
                        code,
                        "module `" + name(other) + "`: expected " + what + " `" + member.apply(first)
                                + "` as in module `" + name(first) + "`, found `" + member.apply(other) + "`");
            }
        }
    }

    private static void checkModules(List<PackageInfo> parts) {
        Set<String> names = new HashSet<>();
        List<String> entryTypes = new ArrayList<>();
        for (PackageInfo part : parts) {
            Module module = part.modules().getFirst();
            if (!names.add(module.name())) {
                throw new PackageRefused(Code.MODULE_DUPLICATE, "found module `" + module.name() + "` more than once");
            }
            if (module.type().equals("entry")) {
                module.deviceTypes().stream()
                        .distinct()
                        .filter(entryTypes::contains)
                        .findFirst()
                        .ifPresent(type -> {
                            throw new PackageRefused(
                                    Code.DEVICE_TYPES_OVERLAP,
                                    "expected one entry module per device type, found several for `" + type + "`");
                        });
                entryTypes.addAll(module.deviceTypes());
            }
        }
        for (PackageInfo part : parts) {
            Module module = part.modules().getFirst();
            module.dependencies().stream()
                    .filter(needed -> !names.contains(needed))
                    .findFirst()
                    .ifPresent(needed -> {
                        throw new PackageRefused(
                                Code.DEPENDENCY_MISSING,
                                "module `" + module.name() + "` needs module `" + needed
                                        + "`, which is not in the package");
                    });
        }
    }

    private static void checkSigners(List<PackageInfo> parts) {
        if (parts.stream().allMatch(part -> part.profile().isPresent())) {
            same(parts, "distribution type", part -> profile(part).distribution(), Code.DISTRIBUTION_DIFFERS);
            same(parts, "profile for debug", part -> profile(part).debug(), Code.PROVISION_DIFFERS);
            same(parts, "privilege level", part -> profile(part).apl().text(), Code.SIGNER_DIFFERS);
            same(parts, "system app", part -> profile(part).systemApp(), Code.SIGNER_DIFFERS);
            same(parts, "access control list", part -> profile(part).acls(), Code.SIGNER_DIFFERS);
            same(parts, "capability values", part -> profile(part).aclValues(), Code.SIGNER_DIFFERS);
            same(parts, "devices", part -> profile(part).devices(), Code.SIGNER_DIFFERS);
        }
        same(parts, "signature", AppPack::signer, Code.SIGNER_DIFFERS);
    }

    private static Profile profile(PackageInfo part) {
        return part.profile().orElseThrow();
    }

    private static String signer(PackageInfo part) {
        return switch (part.signature()) {
            case Signature.Unsigned s -> s.verdict();
            case Signature.UnknownSigner s -> s.verdict() + " " + s.certificateSha256();
            case Signature.Verified s -> s.verdict() + " " + s.certificateSha256();
        };
    }

    private static void checkPackInfo(PackageInfo app, byte[] packInfo) {
        try {
            JsonObject summary = JsonObject.parse(packInfo).object("summary");
            JsonObject about = summary.object("app");
            JsonObject version = about.object("version");
            expect("bundle name", app.bundle(), about.string("bundleName"));
            expect("version code", app.versionCode(), version.number("code"));
            expect(
                    "version name",
                    app.versionName(),
                    version.optionalString("name").orElse(app.versionName()));
            Set<String> listed = new HashSet<>(
                    summary.objects("modules", module -> module.object("distro").string("moduleName")));
            expect("modules", app.modules().stream().map(Module::name).collect(Collectors.toSet()), listed);
        } catch (ProtocolException e) {
            throw new PackageRefused(Code.PACK_INFO_INVALID, "`pack.info`: " + e.getMessage(), e);
        }
    }

    private static void expect(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new PackageRefused(
                    Code.PACK_INFO_INVALID,
                    "`pack.info`: expected " + what + " `" + expected + "` as in the modules, found `" + found + "`");
        }
    }

    private static String name(PackageInfo part) {
        return part.modules().getFirst().name();
    }
}
