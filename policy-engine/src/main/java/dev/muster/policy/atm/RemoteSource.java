package dev.muster.policy.atm;

import dev.muster.policy.token.AccessTokenId;
import java.util.List;
import java.util.Optional;

/** The sync service, as far as the Access Token Manager asks it. */
@FunctionalInterface
public interface RemoteSource {
    /** Asks another device for a token; empty where it has none or does not answer. */
    Optional<RemoteCopy> fetch(String device, AccessTokenId remote);

    /**
     * A token as it crosses devices.
     *
     * @param states every requested permission with its stored status and flags
     */
    record RemoteCopy(RemoteApp app, List<AppPolicy.Request> states) {
        public RemoteCopy {
            states = List.copyOf(states);
        }
    }

    /** A change of a token that another device pulled; no copy says that it is gone. */
    record RemoteChange(AccessTokenId token, Optional<RemoteCopy> copy) {}
}
