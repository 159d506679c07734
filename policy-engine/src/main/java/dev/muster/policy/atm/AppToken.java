package dev.muster.policy.atm;

import dev.muster.policy.token.AccessTokenId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** All that is known about one installed or mapped app instance. Mutable; owned by {@link TokenStore}. */
final class AppToken {
    final AccessTokenId id;
    final int userId;
    final String bundleName;
    final int instIndex;
    final int dlpType;
    /** A mapped token of another device: only its sync changes it. */
    final boolean remote;

    AppInfo.Traits traits;
    /** In order of request. */
    final Map<String, Entry> entries = new LinkedHashMap<>();

    final Map<String, String> values = new HashMap<>();
    /** What a secure component granted although it was never requested. */
    final Set<String> componentGrants = new HashSet<>();
    /** Requests that were not defined, or not allowed during a data refresh, with what allowed them to ask. */
    final Set<String> undefined = new HashSet<>();

    AppPolicy policy;
    boolean dialogForbidden;
    final AppActivity activity = new AppActivity();

    AppToken(
            AccessTokenId id,
            int userId,
            String bundleName,
            int instIndex,
            int dlpType,
            boolean remote,
            AppInfo.Traits traits,
            AppPolicy policy) {
        this.id = id;
        this.userId = userId;
        this.bundleName = bundleName;
        this.instIndex = instIndex;
        this.dlpType = dlpType;
        this.remote = remote;
        this.traits = traits;
        this.policy = policy;
    }

    /** Whether the token takes part in what main instance and sandboxes share; clones do not. */
    boolean isMainOrSandbox() {
        return instIndex == 0 || dlpType > 0;
    }

    boolean isRelatedTo(AppToken other) {
        return other != this
                && !remote
                && !other.remote
                && isMainOrSandbox()
                && other.isMainOrSandbox()
                && userId == other.userId
                && bundleName.equals(other.bundleName);
    }

    /** Bits of the full token id; see {@link dev.muster.policy.token.FullTokenId}. */
    int attributes() {
        return traits.attributes();
    }

    /** Whether a check of a permission succeeds: an entry decides, without one a secure component's grant does. */
    boolean isGranted(String permission) {
        Entry entry = entries.get(permission);
        return entry == null ? componentGrants.contains(permission) : entry.effective();
    }

    int apiVersion() {
        return traits.apiVersion() % 1000;
    }
}
