package dev.muster.policy.language.lint;

import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.UserSelector;
import java.util.Set;

/** Whether one selector selects all that another does, as far as the two texts tell; when in doubt it does not. */
final class Covers {
    private Covers() {}

    static boolean apps(AppSelector wide, AppSelector narrow) {
        boolean bundles = wide.bundles().isEmpty()
                || (!narrow.bundles().isEmpty()
                        && narrow.bundles().stream()
                                .allMatch(pattern -> wide.bundles().stream().anyMatch(one -> bundle(one, pattern))));
        return bundles && some(wide.signers(), narrow.signers()) && some(wide.labels(), narrow.labels());
    }

    static boolean devices(DeviceSelector wide, DeviceSelector narrow) {
        return switch (wide) {
            case DeviceSelector.Everywhere ignored -> true;
            case DeviceSelector.Attributes attributes ->
                narrow instanceof DeviceSelector.Attributes other
                        && some(attributes.sites(), other.sites())
                        && some(attributes.tags(), other.tags())
                        && some(attributes.hardware(), other.hardware())
                        && some(attributes.groups(), other.groups());
            case DeviceSelector.Expression expression -> expression.equals(narrow);
            case DeviceSelector.Ids ids ->
                narrow instanceof DeviceSelector.Ids other && ids.ids().containsAll(other.ids());
        };
    }

    static boolean users(UserSelector wide, UserSelector narrow) {
        return some(wide.ids(), narrow.ids());
    }

    /** One match within a part is enough, and an empty part does not narrow. */
    private static <T> boolean some(Set<T> wide, Set<T> narrow) {
        return wide.isEmpty() || (!narrow.isEmpty() && wide.containsAll(narrow));
    }

    private static boolean bundle(String wide, String narrow) {
        return wide.endsWith("*") ? narrow.startsWith(wide.substring(0, wide.length() - 1)) : wide.equals(narrow);
    }
}
