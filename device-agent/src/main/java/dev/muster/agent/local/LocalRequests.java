package dev.muster.agent.local;

import java.util.Map;

/** Answers to services on the device. Called by several threads. */
public interface LocalRequests {
    /** Whether {@code app} of {@code user} may use {@code permission}. */
    record Verdict(boolean granted, String reason, String detail, long policyVersion) {}

    Verdict verify(String app, int user, String permission);

    /** What the agent knows of itself, for people. */
    Map<String, Object> status();
}
