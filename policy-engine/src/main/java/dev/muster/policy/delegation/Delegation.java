package dev.muster.policy.delegation;

import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.Conditions;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Lowering;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.condition.TooComplex;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.PolicySnapshot;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What one block of a chain hands on, and to whom. It limits what comes from above and adds nothing to it.
 *
 * @param permissions full names, 1 to {@link #MOST}
 * @param bundles bundle names, a trailing {@code *} matches any rest; empty: those of the block above
 * @param devices device ids; empty: those of the block above
 * @param condition one condition with the facts it asks for, defined here; empty: only those of the blocks above
 * @param notBefore holds from here, in whole seconds of device time
 * @param notAfter ends here
 * @param depth how many blocks may follow this one, 0 to {@link DelegationChain#MOST_BLOCKS} - 1
 * @param holder who holds what is handed on
 */
public record Delegation(
        NavigableSet<String> permissions,
        NavigableSet<String> bundles,
        NavigableSet<String> devices,
        Optional<ConditionBlock> condition,
        Instant notBefore,
        Instant notAfter,
        int depth,
        HolderKey holder) {
    /** Names in one list at most. */
    public static final int MOST = 64;

    private static final long LAST_SECOND = 1L << 40;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,256}");
    private static final Pattern BUNDLE = Pattern.compile("[A-Za-z0-9_.-]{0,255}\\*|[A-Za-z0-9_.-]{1,256}");
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9._/-]{1,129}");

    public Delegation {
        permissions = names("permissions", NAME, permissions);
        bundles = names("bundle names", BUNDLE, bundles);
        devices = names("device ids", DEVICE, devices);
        if (permissions.isEmpty()) {
            throw new IllegalArgumentException("at least one permission expected, found none");
        }
        notBefore = seconds(notBefore);
        notAfter = seconds(notAfter);
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException(
                    "an end after the start expected, found start " + notBefore + " and end " + notAfter);
        }
        if (depth < 0 || depth >= DelegationChain.MOST_BLOCKS) {
            throw new IllegalArgumentException(
                    "depth of 0 to " + (DelegationChain.MOST_BLOCKS - 1) + " expected, found " + depth);
        }
        condition.ifPresent(Delegation::check);
    }

    /**
     * A condition as a block carries it.
     *
     * @param definitions what the zones and shifts are that it asks for
     * @param timeZone IANA name of where minutes, weekdays and shifts count; empty: UTC
     * @return empty for a condition that always holds
     * @throws IllegalArgumentException when it never holds, asks for what is not defined, or is more than a device keeps
     */
    public static Optional<ConditionBlock> condition(Condition when, PolicySnapshot definitions, String timeZone) {
        FactTable facts = FactTable.of(List.of(when), definitions);
        for (Fact fact : facts.facts()) {
            boolean isDefined =
                    switch (fact.kind()) {
                        case ZONE ->
                            definitions.zones().stream()
                                    .anyMatch(zone -> zone.name().equals(fact.name()));
                        case SHIFT ->
                            definitions.shifts().stream()
                                    .anyMatch(shift -> shift.name().equals(fact.name()));
                        case GROUP, STATE, NETWORK -> true;
                    };
            if (!isDefined) {
                throw new IllegalArgumentException(
                        "the definition of " + fact.kind().text() + " `" + fact.name()
                                + "` expected, found none: a block carries what it asks for");
            }
        }
        return switch (Lowering.lower(when, facts)) {
            case TooComplex complex -> throw new IllegalArgumentException(complex.reason());
            case Terms terms -> {
                if (terms.isNever()) {
                    throw new IllegalArgumentException("a condition that can hold expected, found one that never does");
                }
                yield terms.isAlways()
                        ? Optional.empty()
                        : Optional.of(new ConditionBlock(timeZone, facts, List.of(terms)));
            }
        };
    }

    /** The words for its condition. */
    public Optional<String> conditionText() {
        return condition.map(block -> Conditions.text(terms(block), block.facts()));
    }

    /** Whether its condition holds; what is not known does not. */
    boolean holds(Situation situation) {
        return condition.isEmpty()
                || terms(condition.get())
                        .holds(condition
                                .get()
                                .facts()
                                .context(situation, condition.get().zone()));
    }

    private static Terms terms(ConditionBlock block) {
        return block.conditions().getFirst();
    }

    private static void check(ConditionBlock block) {
        if (block.conditions().size() != 1 || block.conditions().getFirst().isAlways()) {
            throw new IllegalArgumentException("one condition expected, found "
                    + (block.conditions().size() == 1
                            ? "one that always holds"
                            : block.conditions().size()));
        }
        for (Fact fact : block.facts().facts()) {
            // These names come from strangers and are shown to people, on terminals too.
            if (fact.name().codePoints().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("names without control characters expected in the condition");
            }
        }
    }

    private static NavigableSet<String> names(String what, Pattern form, Collection<String> names) {
        if (names.size() > MOST) {
            throw new IllegalArgumentException("at most " + MOST + " " + what + " expected, found " + names.size());
        }
        for (String name : names) {
            if (!form.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        what + " of letters, digits, `.`, `_` and `-` expected, found another text");
            }
        }
        return Collections.unmodifiableNavigableSet(new TreeSet<>(names));
    }

    private static Instant seconds(Instant at) {
        if (at.getEpochSecond() < 0 || at.getEpochSecond() >= LAST_SECOND) {
            throw new IllegalArgumentException("a time from 1970 on expected, found another");
        }
        return Instant.ofEpochSecond(at.getEpochSecond());
    }
}
