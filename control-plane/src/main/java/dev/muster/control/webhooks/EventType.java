package dev.muster.control.webhooks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What webhooks are told of. The rows of state make them (migration V302); {@code docs/reference/events.md} says what each holds. */
public enum EventType {
    DEVICE_ENROLLED("device.enrolled"),
    DEVICE_STATE_CHANGED("device.state-changed"),
    DEVICE_REPLACED("device.replaced"),
    DEVICE_CONVERGED("device.converged"),
    DEVICE_FAILED("device.failed"),
    ROLLOUT_STARTED("rollout.started"),
    ROLLOUT_PAUSED("rollout.paused"),
    ROLLOUT_RESUMED("rollout.resumed"),
    ROLLOUT_WAVE_PASSED("rollout.wave-passed"),
    ROLLOUT_COMPLETED("rollout.completed"),
    ROLLOUT_ABORTED("rollout.aborted"),
    ROLLOUT_SUPERSEDED("rollout.superseded"),
    POLICY_PUBLISHED("policy.published"),
    RELEASE_PUBLISHED("release.published"),
    ALERT_FIRED("alert.fired"),
    ALERT_ENDED("alert.ended"),
    FREEZE_SET("freeze.set"),
    FREEZE_LIFTED("freeze.lifted"),
    /** Of a test only: nobody subscribes to it. */
    WEBHOOK_TEST("webhook.test");

    private static final String PREFIX = "dev.muster.";

    private final String word;

    EventType(String word) {
        this.word = word;
    }

    /** As people subscribe to it: {@code device.enrolled}. */
    public String word() {
        return word;
    }

    /** As a CloudEvent says it: {@code dev.muster.device.enrolled}. */
    public String text() {
        return PREFIX + word;
    }

    /** The words that can be subscribed to. */
    public static List<String> words() {
        return Stream.of(values())
                .filter(type -> type != WEBHOOK_TEST)
                .map(EventType::word)
                .toList();
    }

    /** What somebody subscribes to, as it is kept: a word, or all that begin as {@code device.*} says; empty for neither. */
    static Optional<String> subscribed(String asked) {
        String wanted = asked.startsWith(PREFIX) ? asked.substring(PREFIX.length()) : asked;
        boolean known = wanted.endsWith(".*")
                ? words().stream().anyMatch(word -> word.startsWith(wanted.substring(0, wanted.length() - 1)))
                : words().contains(wanted);
        return known ? Optional.of(wanted) : Optional.empty();
    }

    /** The pattern of SQL's {@code like} for what {@link #subscribed} made. */
    static String pattern(String subscribed) {
        return PREFIX
                + (subscribed.endsWith("*") ? subscribed.substring(0, subscribed.length() - 1) + "%" : subscribed);
    }
}
