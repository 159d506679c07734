package dev.muster.policy.atm;

import dev.muster.policy.token.AccessTokenId;

/** Hears of what an operation changed, once it is done. Called on the thread of the operation; must not call back. */
public interface AtmListener {
    /** Hears nothing. */
    AtmListener NONE = new AtmListener() {
        @Override
        public void permissionChanged(AccessTokenId token, String permission, boolean granted) {}

        @Override
        public void processesKilled(AccessTokenId token) {}
    };

    /** What a check answers has changed; also for a token that is gone. */
    void permissionChanged(AccessTokenId token, String permission, boolean granted);

    /** A revoke ended the app's processes. */
    void processesKilled(AccessTokenId token);
}
