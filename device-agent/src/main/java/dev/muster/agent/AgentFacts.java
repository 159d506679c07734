package dev.muster.agent;

import dev.muster.agent.platform.Platform;
import dev.muster.protocol.desired.TargetName;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the device says of itself. */
final class AgentFacts {
    private AgentFacts() {}

    /** What the platform says, and which targets this agent knows: a server that has newer ones must know. */
    static Map<String, String> of(Platform platform, StateHealth health) {
        Map<String, String> facts = new TreeMap<>(platform.facts());
        facts.put("agent.targets", String.join(",", TargetName.KINDS));
        // From the jar's manifest: a release can require it.
        Optional.ofNullable(AgentFacts.class.getPackage().getImplementationVersion())
                .ifPresent(version -> facts.put("agent.version", version));
        // Always there, so that the server's copy of it goes away with the trouble.
        facts.put("agent.trouble", health.trouble());
        return facts;
    }
}
