package dev.muster.agent.platform;

import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Settings that only the operating system itself can bring about. One thread. */
@FunctionalInterface
public interface SystemSettings {
    /** What is said of members that belong to another system. */
    String NOT_HERE = "not on this platform";

    /** A platform that brings nothing about but files. */
    SystemSettings NONE = settings -> {
        Map<String, String> refused = new TreeMap<>();
        settings.optionalObject("openharmony")
                .ifPresent(own -> own.members().keySet().forEach(name -> refused.put("openharmony." + name, NOT_HERE)));
        return new Held(Set.of(), refused);
    };

    /**
     * How it went.
     *
     * @param changed members that were something else and are right now
     * @param refused members that do not hold, with why
     */
    record Held(Set<String> changed, Map<String, String> refused) {
        public Held {
            changed = Set.copyOf(changed);
            refused = Map.copyOf(refused);
        }
    }

    /** Makes everything what the document says, as far as the system lets it; looks at everything each time. */
    Held hold(JsonObject settings) throws IOException;
}
