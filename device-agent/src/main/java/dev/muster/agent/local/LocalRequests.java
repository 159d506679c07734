package dev.muster.agent.local;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Answers to services on the device. Called by several threads. */
public interface LocalRequests {
    /**
     * What is asked.
     *
     * @param instance 0 the app itself, above that its clones
     * @param chain what the asker presents beside its name
     */
    record Question(String app, int user, int instance, String permission, Optional<Presented> chain) {}

    /**
     * A delegated right as presented.
     *
     * @param data the chain's bytes, base64url
     * @param nonce what this connection was given for the proof, base64url without padding; empty where none waits for one,
     *     because it was used, is too old or was never asked for
     * @param proof signature of the chain's last holder, base64url
     */
    record Presented(String data, Optional<String> nonce, String proof) {}

    /**
     * The answer.
     *
     * @param reason stable code
     * @param text the same for people
     * @param level how far the decision binds outside of this answer, as a code
     * @param levelText the same for people
     * @param lease how the lease of the policy stands, as a word
     */
    record Verdict(
            boolean granted,
            String reason,
            String text,
            String level,
            String levelText,
            long policyVersion,
            String lease) {}

    Verdict verify(Question question);

    /** Who answers, {@code tenant/device}: part of what a proof is over. */
    String device();

    /**
     * Somebody on the device agrees that what is loaded for a target is switched to.
     *
     * @param target name of the target, such as {@code image}
     * @return whether something was waiting for that
     */
    boolean consent(String target);

    /** Begins with an offline bundle, an absolute path on this device, and answers how far the last one is. */
    default Map<String, Object> applyBundle(Path file) {
        return bundle();
    }

    /** How far the last offline bundle is; who takes none has none. */
    default Map<String, Object> bundle() {
        return Map.of("state", "none");
    }

    /** What the agent knows of itself, for people. */
    Map<String, Object> status();

    /** The same answer as {@link #verify} would give now, not counted as use, and all that it rests on. */
    Map<String, Object> explain(Question question);

    /**
     * Puts values into the agent's own telemetry, under names below {@code local.<user>.}.
     *
     * @param metrics by name; numbers, flags or texts
     * @return how many, all of them; a {@link LocalRefusal} where one does not fit or the peer sends too much
     */
    int publish(Peer peer, Map<String, Object> metrics);

    /**
     * Asks the people who decide for a right that an app lacks.
     *
     * @return whether it was passed on; not where it is granted already, or was asked a short while ago
     */
    boolean request(Peer peer, Question question, String reason);
}
