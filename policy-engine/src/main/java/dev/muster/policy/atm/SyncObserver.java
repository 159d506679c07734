package dev.muster.policy.atm;

import dev.muster.policy.atm.RemoteSource.RemoteChange;
import dev.muster.policy.atm.RemoteSource.RemoteCopy;
import dev.muster.policy.token.AccessTokenId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The owner's side of mapped tokens: what another device pulled is observed, and changes are handed out in batches. */
final class SyncObserver {
    static final Duration BATCH = Duration.ofSeconds(3);

    private final TokenStore tokens;
    private final Map<AccessTokenId, Observed> observed = new LinkedHashMap<>();

    SyncObserver(TokenStore tokens) {
        this.tokens = tokens;
    }

    private record Observed(RemoteCopy last, Optional<Instant> changedAt) {}

    /** What another device gets of a local token; it is observed from now on. */
    Answer<RemoteCopy> export(AccessTokenId id) {
        if (id.value() == 0) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        Optional<RemoteCopy> copy = copy(id);
        copy.ifPresent(present -> observed.put(id, new Observed(present, Optional.empty())));
        return copy.map(Answer::of).orElseGet(() -> Answer.failed(AtmCode.ERR_IDENTITY_CHECK_FAILED));
    }

    private Optional<RemoteCopy> copy(AccessTokenId id) {
        return tokens.app(id)
                .filter(token -> !token.remote)
                .map(token -> new RemoteCopy(
                        new RemoteApp(
                                1,
                                token.userId,
                                token.bundleName,
                                token.instIndex,
                                token.dlpType,
                                token.id,
                                token.policy.apl()),
                        token.entries.entrySet().stream()
                                .map(entry -> new AppPolicy.Request(
                                        entry.getKey(),
                                        entry.getValue().granted(),
                                        entry.getValue().flags()))
                                .toList()));
    }

    /** Notes what differs from what was handed out last. */
    void look(Instant now) {
        observed.replaceAll((id, seen) -> {
            boolean differs = !copy(id).equals(Optional.of(seen.last()));
            return differs && seen.changedAt().isEmpty() ? new Observed(seen.last(), Optional.of(now)) : seen;
        });
    }

    /** What changed at least {@link #BATCH} ago; a token that is gone comes without states, and is observed no more. */
    List<RemoteChange> take(Instant now) {
        List<RemoteChange> due = new ArrayList<>();
        for (AccessTokenId id : List.copyOf(observed.keySet())) {
            Optional<Instant> changedAt = Optional.ofNullable(observed.get(id)).flatMap(Observed::changedAt);
            if (changedAt.isEmpty() || now.isBefore(changedAt.get().plus(BATCH))) {
                continue;
            }
            Optional<RemoteCopy> copy = copy(id);
            due.add(new RemoteChange(id, copy));
            observed.remove(id);
            copy.ifPresent(present -> observed.put(id, new Observed(present, Optional.empty())));
        }
        return due;
    }
}
