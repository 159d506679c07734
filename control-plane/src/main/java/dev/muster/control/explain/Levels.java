package dev.muster.control.explain;

import dev.muster.control.devices.Device;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.explain.Explain;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.protocol.permissions.PermissionReport;
import dev.muster.trust.metadata.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far decisions bind on one device: what its own probing found, else what its traits predict. Immutable.
 */
public final class Levels {
    private static final String PLATFORM = "platform";

    private final PlatformTraits traits;
    private final boolean reported;
    private final Map<Of, PermissionReport.Level> found;

    private record Of(String bundle, String permission) {}

    private Levels(PlatformTraits traits, boolean reported, List<PermissionReport.Level> found) {
        this.traits = traits;
        this.reported = reported;
        this.found = new HashMap<>();
        found.forEach(level -> this.found.put(new Of(level.bundle(), level.permission()), level));
    }

    /** Whether a level of this code lets the operating system do as it likes. */
    public static boolean isPowerless(String code) {
        return code.equals("observed-only") || code.equals("impossible");
    }

    /** From traits, and what probing found that they do not predict. */
    public static Levels of(PlatformTraits traits, List<PermissionReport.Level> found) {
        return new Levels(traits, true, found);
    }

    /** From the device's own report, else from the platform among its facts. */
    public static Levels of(Optional<PermissionReport> report, Device device) {
        return report.map(said -> new Levels(traits(said.traits()), true, said.levels()))
                .orElseGet(() -> new Levels(
                        new PlatformTraits(platform(device.facts().getOrDefault(PLATFORM, "")), false, false),
                        false,
                        List.of()));
    }

    /**
     * A level.
     *
     * @param code {@code enforced-by-os}, {@code enforced-at-verify}, {@code observed-only} or {@code impossible}
     * @param text one phrase for people
     * @param mechanism what of the operating system does it; null where none does
     * @param source {@code reported} by the device, or {@code predicted}
     */
    public record Level(String code, String text, @Nullable String mechanism, String source) {
        /** Whether nothing stops the OS from granting what the policy denies. */
        public boolean isPowerless() {
            return Levels.isPowerless(code);
        }

        /** The whole truth about an answer: never "denied" for what the OS still grants. */
        public String of(boolean granted, Optional<PermissionReport.Drift> drift) {
            if (granted) {
                return drift.filter(known -> !known.actual()).isPresent()
                        ? "policy grants; the OS does not grant it: " + text
                        : "policy grants: " + text;
            }
            if (drift.filter(PermissionReport.Drift::actual).isPresent()) {
                return "policy denies; the OS still grants it: " + text;
            }
            return isPowerless() ? "policy denies; the OS may still grant it: " + text : "denied: " + text;
        }
    }

    /** The level of a decision with this reason. */
    public Level level(String bundle, String permission, Reason reason) {
        PermissionReport.Level probed = found.get(new Of(bundle, permission));
        if (probed != null) {
            String mechanism = probed.mechanism().orElse(null);
            String text = probed.level().replace('-', ' ')
                    + (mechanism == null ? "" : ": " + mechanism.replace('-', ' '))
                    + ", as the device found";
            return new Level(probed.level(), text, mechanism, "reported");
        }
        Enforcement predicted =
                Explain.enforcement(reason, PermissionCatalog.builtIn().find(permission), traits);
        String mechanism = predicted instanceof Enforcement.ByOs os
                ? os.mechanism().name().toLowerCase(Locale.ROOT).replace('_', '-')
                : null;
        return new Level(predicted.code(), predicted.text(), mechanism, reported ? "reported" : "predicted");
    }

    /** What they were made of: equal keys, equal levels, whichever instance asks. */
    public String key() {
        String probed = found.values().stream()
                .map(PermissionReport.Level::toString)
                .sorted()
                .collect(Collectors.joining("\n"));
        return traits.platform().name() + (traits.privilegedHelper() ? "+helper" : "")
                + (traits.debugBuild() ? "+debug" : "") + "/"
                + (probed.isEmpty() ? "" : Hashes.sha256(probed.getBytes(StandardCharsets.UTF_8)));
    }

    private static PlatformTraits traits(PermissionReport.Traits said) {
        return new PlatformTraits(platform(said.platform()), said.privilegedHelper(), said.debugBuild());
    }

    private static PlatformTraits.Platform platform(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "openharmony" -> PlatformTraits.Platform.OPENHARMONY;
            case "simulated" -> PlatformTraits.Platform.SIMULATED;
            default -> PlatformTraits.Platform.LINUX;
        };
    }
}
