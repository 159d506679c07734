package dev.muster.protocol.desired;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a target is for, on the device: the image, one app, the policy and what goes with it, or the settings. */
public sealed interface TargetName extends Comparable<TargetName> {
    /** The kinds that this version knows, in the words of {@link #text()}; an app's without its bundle name. */
    List<String> KINDS = List.of("image", "app", "policy", "capabilities", "policy-shadow", "settings");

    /** The operating system image; at most one per ECU. */
    record Image() implements TargetName {}

    /** One app, by bundle name. */
    record App(String bundle) implements TargetName {
        private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{2,127}");

        public App {
            if (!FORM.matcher(bundle).matches()) {
                throw new IllegalArgumentException("expected a bundle name, found `" + bundle + "`");
            }
        }
    }

    /** The compiled permission bundle. */
    record Policy() implements TargetName {}

    /** Capabilities that are for this device alone. */
    record Capabilities() implements TargetName {}

    /** A permission bundle that is only watched: it answers beside the one in force and changes nothing. */
    record PolicyShadow() implements TargetName {}

    /** The merged settings document. */
    record Settings() implements TargetName {}

    /** {@code image}, {@code app/<bundle>}, {@code policy}, {@code capabilities}, {@code policy-shadow} or {@code settings}. */
    default String text() {
        return switch (this) {
            case Image i -> "image";
            case App app -> "app/" + app.bundle();
            case Policy p -> "policy";
            case Capabilities c -> "capabilities";
            case PolicyShadow s -> "policy-shadow";
            case Settings s -> "settings";
        };
    }

    /** Inverse of {@link #text()}. */
    static TargetName parse(String text) {
        return find(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected `image`, `app/<bundle>`, `policy`, `capabilities`, `policy-shadow` or `settings`, found `"
                                + text + "`"));
    }

    /** The same for readers that an unknown name must not stop: a later version may have added it. */
    static Optional<TargetName> find(String text) {
        return switch (text) {
            case "image" -> Optional.of(new Image());
            case "policy" -> Optional.of(new Policy());
            case "capabilities" -> Optional.of(new Capabilities());
            case "policy-shadow" -> Optional.of(new PolicyShadow());
            case "settings" -> Optional.of(new Settings());
            default -> text.startsWith("app/") ? Optional.of(new App(text.substring(4))) : Optional.empty();
        };
    }

    @Override
    default int compareTo(TargetName other) {
        return text().compareTo(other.text());
    }
}
