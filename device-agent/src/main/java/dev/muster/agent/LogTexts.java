package dev.muster.agent;

import dev.muster.agent.config.LogFile;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.update.AgentState;
import dev.muster.protocol.command.CommandKind;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an archive of logs holds beside every diagnostic; the archive takes secrets out. */
final class LogTexts {
    private LogTexts() {}

    static Map<String, String> of(
            LogFile lines, AgentState state, Map<String, String> facts, Platform platform, Instant now) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("agent.log", said(lines));
        texts.put("journal.json", text(JsonObject.write(journal(state))));
        texts.put("facts.json", text(JsonObject.write(facts)));
        for (String name : CommandKind.DIAGNOSTICS) {
            platform.diagnostic(name, now).ifPresent(text -> texts.put("diagnostics/" + name + ".txt", text));
        }
        return texts;
    }

    private static Map<String, Object> journal(AgentState state) {
        return Map.of(
                "generation",
                state.generation(),
                "updates",
                state.updates().keySet().stream().map(TargetName::text).toList(),
                "conditions",
                state.conditions().values().stream()
                        .map(condition -> condition.name().text() + " "
                                + condition.state().text() + " " + condition.version() + " " + condition.reason() + " "
                                + condition.message())
                        .toList());
    }

    private static String said(LogFile lines) {
        try {
            return lines.text();
        } catch (IOException e) {
            return "cannot be read: " + e.getMessage();
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
