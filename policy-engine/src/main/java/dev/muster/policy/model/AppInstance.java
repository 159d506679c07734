package dev.muster.policy.model;

import dev.muster.policy.permission.Apl;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.Set;

/**
 * An app instance as the policy sees it. What the signed profile says (level, access control list) comes from there only.
 *
 * @param key which instance
 * @param apl level of the signed profile
 * @param requested permissions the app's manifest requests
 * @param acls permissions that the signed profile's access control list lifts
 * @param signer signer of the profile, empty where unknown
 * @param labels labels given to the app
 */
public record AppInstance(
        AppKey key,
        Apl apl,
        NavigableSet<String> requested,
        NavigableSet<String> acls,
        String signer,
        NavigableSet<String> labels) {
    public AppInstance {
        requested = Names.sorted(requested);
        acls = Names.sorted(acls);
        labels = Names.sorted(labels);
    }

    /** An instance without access control list, signer and labels. */
    public static AppInstance of(AppKey key, Apl apl, Collection<String> requested) {
        return of(key, apl, requested, Set.of(), "", Set.of());
    }

    public static AppInstance of(
            AppKey key,
            Apl apl,
            Collection<String> requested,
            Collection<String> acls,
            String signer,
            Collection<String> labels) {
        return new AppInstance(key, apl, Names.sorted(requested), Names.sorted(acls), signer, Names.sorted(labels));
    }

    public String bundle() {
        return key.bundle();
    }
}
