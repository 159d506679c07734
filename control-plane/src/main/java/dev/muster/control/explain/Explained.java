package dev.muster.control.explain;

import dev.muster.policy.bundle.Rule;
import dev.muster.protocol.permissions.PermissionReport;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code GET /policy/explain}.
 *
 * @param reason stable code
 * @param detail one sentence for people
 * @param policyVersion that answered; null if none did
 * @param enforcement the same as {@code level}
 * @param rules all that speak this way, the deciding one first
 * @param condition of the deciding rule; null where it has none
 * @param level how far the answer binds there
 * @param levelText the same in words
 * @param mechanism what of the operating system enforces it; null where nothing does
 * @param levelSource {@code reported} by the device, or {@code predicted}
 * @param drift where the operating system holds it otherwise now; null where it does not
 * @param source {@code reported}: in force as last told; {@code history}: in force at {@code at}
 * @param situation what the device said holds of all that its policy asks about the moment; null where it is not known
 * @param note what a reader must know beside it, such as that nothing was heard since; null for nothing
 */
public record Explained(
        String device,
        String bundle,
        int user,
        int instance,
        String permission,
        boolean granted,
        String reason,
        String detail,
        @Nullable Long policyVersion,
        @Nullable String bundleSha256,
        String enforcement,
        List<NamedRule> rules,
        @Nullable When condition,
        String level,
        String levelText,
        @Nullable String mechanism,
        String levelSource,
        @Nullable Deviation drift,
        Instant at,
        String source,
        @Nullable Told situation,
        @Nullable String note) {
    public Explained {
        rules = List.copyOf(rules);
    }

    /** A rule by its names; {@code role} only of a binding. */
    public record NamedRule(
            String kind, String name, @Nullable String role) {
        /** From a rule of a bundle. */
        public static NamedRule of(Rule rule) {
            String kind =
                    switch (rule.kind()) {
                        case BINDING -> "Binding";
                        case GUARD_RAIL -> "GuardRail";
                        case CAPABILITY -> "Capability";
                    };
            return new NamedRule(kind, rule.name(), rule.role().orElse(null));
        }
    }

    /**
     * A condition.
     *
     * @param holds null where only the device can know
     * @param unknown what the server cannot know of it
     */
    public record When(String text, @Nullable Boolean holds, List<String> unknown) {
        public When {
            unknown = List.copyOf(unknown);
        }
    }

    /** What the operating system holds otherwise than decided. */
    public record Deviation(
            boolean wanted, boolean actual, String level, Instant since, long repeats, boolean backingOff) {
        /** From the device's own words. */
        public static Deviation of(PermissionReport.Drift drift) {
            return new Deviation(
                    drift.wanted(), drift.actual(), drift.level(), drift.since(), drift.repeats(), drift.backingOff());
        }
    }

    /**
     * The device's own words about its situation.
     *
     * @param at by the device's clock; they stand until it says something else
     * @param facts what holds, such as {@code zone/pit}
     */
    public record Told(Instant at, List<String> facts) {
        public Told {
            facts = List.copyOf(facts);
        }

        /** From what was kept. */
        public static Told of(TrueThen then) {
            return new Told(then.at(), List.copyOf(then.facts()));
        }
    }

    static Explained of(Finding finding) {
        String code = finding.answer().reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new Explained(
                finding.device().id(),
                finding.app().bundle(),
                finding.app().user(),
                finding.app().instance(),
                finding.permission(),
                finding.answer().granted(),
                code,
                finding.detail(),
                finding.held().flatMap(Held::version).orElse(null),
                finding.held()
                        .map(Held::sha256)
                        .filter(sha256 -> !sha256.isEmpty())
                        .orElse(null),
                finding.level().code(),
                finding.rules().stream().map(NamedRule::of).toList(),
                when(finding),
                finding.level().code(),
                finding.levelText(),
                finding.level().mechanism(),
                finding.level().source(),
                finding.drift().map(Deviation::of).orElse(null),
                finding.at(),
                finding.source(),
                finding.told().map(Told::of).orElse(null),
                finding.note().orElse(null));
    }

    private static @Nullable When when(Finding finding) {
        return finding.condition()
                .map(condition -> new When(
                        dev.muster.policy.condition.Conditions.text(condition),
                        finding.holding().flatMap(Holding::value).orElse(null),
                        finding.holding()
                                .map(holding -> List.copyOf(holding.unknown()))
                                .orElse(List.of())))
                .orElse(null);
    }
}
