package dev.muster.policy.compile;

import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.UserSelector;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds the rules that select an app by a few unions and intersections of bit sets. Not thread-safe. */
final class RuleIndex {
    private final BitSet anySigner = new BitSet();
    private final BitSet anyLabel = new BitSet();
    private final BitSet anyUser = new BitSet();
    private final BitSet anyBundle = new BitSet();
    private final Map<String, BitSet> bySigner = new HashMap<>();
    private final Map<String, BitSet> byLabel = new HashMap<>();
    private final Map<Integer, BitSet> byUser = new HashMap<>();
    private final Map<String, BitSet> byBundle = new HashMap<>();
    private final TreeMap<String, BitSet> byPrefix = new TreeMap<>();

    /** Whom one rule selects. */
    record Selected(AppSelector apps, UserSelector users) {}

    RuleIndex(List<Selected> rules) {
        for (int i = 0; i < rules.size(); i++) {
            Selected rule = rules.get(i);
            index(i, rule.apps().signers(), anySigner, bySigner);
            index(i, rule.apps().labels(), anyLabel, byLabel);
            index(i, rule.users().ids(), anyUser, byUser);
            if (rule.apps().bundles().isEmpty()) {
                anyBundle.set(i);
            }
            for (String pattern : rule.apps().bundles()) {
                Map<String, BitSet> into = pattern.endsWith("*") ? byPrefix : byBundle;
                String name = pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern;
                into.computeIfAbsent(name, absent -> new BitSet()).set(i);
            }
        }
    }

    private static <T> void index(int rule, Iterable<T> wanted, BitSet any, Map<T, BitSet> by) {
        boolean narrows = false;
        for (T one : wanted) {
            narrows = true;
            by.computeIfAbsent(one, absent -> new BitSet()).set(rule);
        }
        if (!narrows) {
            any.set(rule);
        }
    }

    /** Whether rules can differ for apps that differ in their bundle names alone. */
    boolean looksAtNames() {
        return !byBundle.isEmpty() || !byPrefix.isEmpty();
    }

    /** The rules that a bundle name lets through. */
    BitSet named(String bundle) {
        BitSet rules = (BitSet) anyBundle.clone();
        BitSet exact = byBundle.get(bundle);
        if (exact != null) {
            rules.or(exact);
        }
        byPrefix.forEach((prefix, some) -> {
            if (bundle.startsWith(prefix)) {
                rules.or(some);
            }
        });
        return rules;
    }

    /** The rules for an app. */
    BitSet matching(AppInstance app) {
        BitSet rules = named(app.bundle());
        and(rules, anySigner, bySigner.get(app.signer()));
        and(rules, anyUser, byUser.get(app.key().user()));
        BitSet labels = (BitSet) anyLabel.clone();
        for (String label : app.labels()) {
            BitSet some = byLabel.get(label);
            if (some != null) {
                labels.or(some);
            }
        }
        rules.and(labels);
        return rules;
    }

    private static void and(BitSet rules, BitSet any, @org.jspecify.annotations.Nullable BitSet some) {
        if (some == null) {
            rules.and(any);
        } else {
            BitSet either = (BitSet) any.clone();
            either.or(some);
            rules.and(either);
        }
    }
}
