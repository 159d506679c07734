package dev.muster.control.rollouts;

import dev.muster.control.artifacts.AppDetails;
import dev.muster.control.artifacts.AppDetails.ProfileDetails;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactDetails;
import dev.muster.control.packages.Signature;
import dev.muster.control.rollouts.PreviewStore.Seen;
import dev.muster.policy.atm.AppInfo;
import dev.muster.policy.atm.AppPolicy;
import dev.muster.policy.atm.InstallForecast;
import dev.muster.policy.atm.InstallOutcome;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Foretells why the installer of a device would refuse an app: by its signed profile, what it requests, and what the device
 * is. Devices with the same system are looked at once. For one preview and one thread.
 */
final class InstallRefusals {
    /** What OpenHarmony calls a device; any other word of operators says nothing about the system. */
    private static final Set<String> DEVICE_TYPES =
            Set.of("default", "phone", "tablet", "tv", "wearable", "car", "2in1");

    /** Platforms of the agent that have no installer of OpenHarmony's. */
    private static final Set<String> WITHOUT_INSTALLER = Set.of("linux", "simulated");

    private final Map<SystemKey, List<String>> permissions = new HashMap<>();

    private record SystemKey(String sha256, String type, int api) {}

    /** Whether the device checks at all what is foretold here. */
    static boolean checks(Seen device) {
        return !WITHOUT_INSTALLER.contains(device.platform());
    }

    /** Whether its signature is sound and leads to nobody known. */
    static boolean unknownSigner(Artifact artifact) {
        return artifact.details() instanceof ArtifactDetails.OfApp details
                && details.app().signature() instanceof Signature.UnknownSigner;
    }

    /** Why the device would refuse the app, a sentence each; none if it would take it. */
    List<String> of(Artifact artifact, Seen device) {
        if (!(artifact.details() instanceof ArtifactDetails.OfApp details)) {
            return List.of();
        }
        AppDetails app = details.app();
        List<String> reasons = new ArrayList<>();
        if (app.format().equals(AppDetails.APP_PACK)) {
            reasons.add("is an App Pack, and the agent installs single modules: upload the .hap files in it");
        }
        if (app.signature() instanceof Signature.Unsigned) {
            reasons.add("not signed (9568320)");
        }
        app.profile()
                .filter(ProfileDetails::debug)
                .filter(profile -> profile.devices().stream().noneMatch(device.udid()::equalsIgnoreCase))
                .ifPresent(profile -> reasons.add("its debug profile names "
                        + profile.devices().size() + " devices, and not this one (9568322)"));
        String type = DEVICE_TYPES.contains(device.type()) ? device.type() : "";
        if (!type.isEmpty() && !app.deviceTypes().isEmpty() && !suits(app.deviceTypes(), type)) {
            reasons.add("made for " + String.join(", ", app.deviceTypes()) + ", not for " + type + " (9568304)");
        }
        int minApi = level(app.minApi());
        if (device.api() > 0 && minApi > device.api()) {
            reasons.add("needs API level " + minApi + ", the device has " + device.api() + " (9568297)");
        }
        reasons.addAll(permissions.computeIfAbsent(
                new SystemKey(artifact.sha256(), type, device.api()), key -> refused(artifact, app, key)));
        return reasons;
    }

    /** {@code default} is the older word for a phone. */
    private static boolean suits(List<String> types, String type) {
        return types.contains(type)
                || (type.equals("phone") && types.contains("default"))
                || (type.equals("default") && types.contains("phone"));
    }

    private static List<String> refused(Artifact artifact, AppDetails app, SystemKey system) {
        AppInfo.Traits traits = new AppInfo.Traits(
                "forecast",
                app.targetApi(),
                app.profile().map(ProfileDetails::systemApp).orElse(false),
                app.bundleType().equals("atomicService"),
                app.profile().map(ProfileDetails::distribution).orElse(""),
                app.profile().map(ProfileDetails::debug).orElse(false) ? "debug" : "release");
        AppPolicy policy = new AppPolicy(
                Optional.of(app.apl()),
                "forecast",
                artifact.permissions().stream().map(AppPolicy.Request::of).toList(),
                app.profile().map(profile -> Set.copyOf(profile.acls())).orElse(Set.of()),
                app.profile().map(ProfileDetails::aclValues).orElse(Map.of()),
                Map.of(),
                false);
        return new InstallForecast(known(system))
                .refusals(traits, policy).stream()
                        .map(failure -> reason(failure, app))
                        .toList();
    }

    private static String reason(InstallOutcome.Failure failure, AppDetails app) {
        String permission = "`" + failure.permission() + "`";
        return switch (failure.rule()) {
            case ACL -> {
                PermissionDefinition definition =
                        PermissionCatalog.builtIn().find(failure.permission()).orElseThrow();
                yield definition.provisionEnable()
                        ? "ACL missing for " + permission + ": needs "
                                + definition.availableLevel().text() + ", the profile gives "
                                + app.apl().text() + " (9568289)"
                        : permission + " needs " + definition.availableLevel().text()
                                + ", which no ACL replaces; the profile gives "
                                + app.apl().text() + " (9568289)";
            }
            case EDM ->
                permission + " is for device management: the profile's distribution type must be enterprise_mdm"
                        + " (9568289)";
            case ENTERPRISE_NORMAL ->
                permission + " is for enterprise apps: the profile's distribution type must be enterprise_normal"
                        + " or enterprise_mdm (9568289)";
        };
    }

    /** What the device's system defines, as far as it told of itself; what it does not define it cannot refuse. */
    private static PermissionCatalog known(SystemKey system) {
        PermissionCatalog all = system.type().isEmpty()
                ? PermissionCatalog.builtIn()
                : PermissionCatalog.builtIn().forDevice(system.type());
        return system.api() == 0
                ? all
                : PermissionCatalog.of(all.definitions().stream()
                        .filter(definition -> since(definition) <= system.api())
                        .toList());
    }

    /** The API level that brought a permission: {@code 12}, or {@code 26.1.0}, whose first part it is. */
    private static int since(PermissionDefinition definition) {
        String since = definition.since();
        int dot = since.indexOf('.');
        String level = dot < 0 ? since : since.substring(0, dot);
        return level.matches("[0-9]{1,4}") ? Integer.parseInt(level) : 0;
    }

    /** Manifests also write 50000012 for API level 12; the last three digits count. */
    private static int level(int written) {
        return written % 1000;
    }
}
