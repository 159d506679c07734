package dev.muster.control.trustrepo;

import dev.muster.trust.signing.Draft;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Metadata on its way to enough signatures.
 *
 * @param change drafts of one change are published together
 * @param reason {@code upload}, {@code rotate}, {@code delegate}, {@code revoke}, {@code renew} or {@code remove}
 * @param state {@code open}, {@code queued}, {@code published} or {@code discarded}
 */
public record TrustDraft(
        UUID id,
        UUID change,
        String reason,
        String state,
        Draft draft,
        Instant createdAt,
        String createdBy,
        Optional<Instant> settledAt) {

    /** Whether more uploads can be put into it without taking a signature away from anybody. */
    boolean isUnsignedUpload() {
        return reason.equals("upload")
                && draft.progress().stream()
                        .allMatch(progress -> progress.signedBy().isEmpty());
    }

    TrustDraft withDraft(Draft signed) {
        return new TrustDraft(id, change, reason, state, signed, createdAt, createdBy, settledAt);
    }

    /**
     * A draft on the wire.
     *
     * @param removes paths of targets that it takes away
     */
    public record Answer(
            UUID id,
            UUID change,
            String repository,
            String role,
            long version,
            String reason,
            String state,
            String waiting,
            List<Need> needs,
            List<String> removes,
            Instant createdAt,
            String createdBy,
            Optional<Instant> settledAt) {
        /** Copies the lists. */
        public Answer {
            needs = List.copyOf(needs);
            removes = List.copyOf(removes);
        }

        /** Signatures that are needed: of which keys, how many, and by whom so far. */
        public record Need(String keysOf, int threshold, List<String> keys, List<String> signedBy) {
            /** Copies the lists. */
            public Need {
                keys = List.copyOf(keys);
                signedBy = List.copyOf(signedBy);
            }
        }
    }

    Answer answer() {
        return new Answer(
                id,
                change,
                draft.repository(),
                draft.role(),
                draft.version(),
                reason,
                state,
                switch (state) {
                    case "open" -> waiting();
                    case "queued" -> "waits until the draft of the same file before it is published or discarded";
                    default -> state;
                },
                draft.progress().stream().map(TrustDraft::need).toList(),
                List.copyOf(draft.removes()),
                createdAt,
                createdBy,
                settledAt);
    }

    private static Answer.Need need(Draft.Progress progress) {
        return new Answer.Need(
                progress.need().keysOf(),
                progress.need().holders().threshold(),
                progress.need().holders().keys().stream()
                        .map(key -> key.keyId())
                        .toList(),
                progress.signedBy());
    }

    // The state in words, as every waiting thing has: what is missing, or that others of the change are.
    private String waiting() {
        return draft.progress().stream()
                .filter(progress -> !progress.met())
                .map(progress -> "waiting for signatures: has " + progress.text() + " by the keys of "
                        + progress.need().keysOf())
                .findFirst()
                .orElse("signed; waits for the other files of its change, or for a second person");
    }
}
