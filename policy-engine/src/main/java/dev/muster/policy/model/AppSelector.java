package dev.muster.policy.model;

import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;

/**
 * Which apps. A part that is empty does not narrow; within a part one match is enough; all parts given must match.
 *
 * @param bundles bundle names; a trailing {@code *} matches any rest
 * @param signers signers of the app's profile, as the device reports them
 * @param labels labels given to the app
 */
public record AppSelector(NavigableSet<String> bundles, NavigableSet<String> signers, NavigableSet<String> labels) {
    /** Every app. */
    public static final AppSelector ALL =
            new AppSelector(Names.sorted(Set.of()), Names.sorted(Set.of()), Names.sorted(Set.of()));

    public AppSelector {
        bundles = Names.wanted("bundles", bundles);
        signers = Names.wanted("signers", signers);
        labels = Names.wanted("labels", labels);
    }

    public static AppSelector of(Collection<String> bundles, Collection<String> signers, Collection<String> labels) {
        return new AppSelector(Names.sorted(bundles), Names.sorted(signers), Names.sorted(labels));
    }

    public static AppSelector bundles(String... bundles) {
        return of(List.of(bundles), Set.of(), Set.of());
    }

    public boolean matches(AppInstance app) {
        return (bundles.isEmpty() || bundles.stream().anyMatch(pattern -> matchesBundle(pattern, app.bundle())))
                && (signers.isEmpty() || signers.contains(app.signer()))
                && (labels.isEmpty() || labels.stream().anyMatch(app.labels()::contains));
    }

    private static boolean matchesBundle(String pattern, String bundle) {
        return pattern.endsWith("*")
                ? bundle.startsWith(pattern.substring(0, pattern.length() - 1))
                : bundle.equals(pattern);
    }
}
