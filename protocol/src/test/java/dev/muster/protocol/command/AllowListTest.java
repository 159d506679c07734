package dev.muster.protocol.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AllowListTest {
    @Test
    void withoutSettingsAllButRestartingAppsIsAllowed() {
        AllowList list = list("{}");

        assertThat(list.refusal(new CommandKind.Reboot())).isEmpty();
        assertThat(list.refusal(new CommandKind.CollectLogs())).isEmpty();
        assertThat(list.refusal(new CommandKind.Diagnostic("clock"))).isEmpty();
        assertThat(list.refusal(new CommandKind.RestartApp("com.example.pump"))).isPresent();
    }

    @Test
    void onlyWhatIsNamedIsAllowed() {
        AllowList list = list("""
                {"commands": {"kinds": ["restart-app", "diagnostic"], "apps": ["com.example.pump"],
                              "diagnostics": ["network"]}}""");

        assertThat(list.refusal(new CommandKind.RestartApp("com.example.pump"))).isEmpty();
        assertThat(list.refusal(new CommandKind.RestartApp("com.example.other")))
                .isPresent();
        assertThat(list.refusal(new CommandKind.Diagnostic("network"))).isEmpty();
        assertThat(list.refusal(new CommandKind.Diagnostic("clock"))).isPresent();
        assertThat(list.refusal(new CommandKind.Reboot())).isPresent();
    }

    @Test
    void aListThatCannotBeReadIsAnErrorAndNotTheDefault() {
        assertThatThrownBy(() -> list("{\"commands\": [\"reboot\"]}")).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> list("{\"commands\": {\"kinds\": \"reboot\"}}"))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void verbsAndArgumentsAreReadStrictly() {
        assertThat(CommandKind.parse("diagnostic", Map.of("name", "clock")))
                .isEqualTo(new CommandKind.Diagnostic("clock"));
        for (String verb : CommandKind.VERBS) {
            CommandKind kind = CommandKind.parse(verb, Map.of("name", "clock", "app", "com.example.pump"));
            assertThat(kind.verb()).isEqualTo(verb);
            assertThat(CommandKind.parse(kind.verb(), kind.arguments())).isEqualTo(kind);
        }
        assertThatThrownBy(() -> CommandKind.parse("shell", Map.of("line", "id")))
                .hasMessageContaining("`shell`");
        assertThatThrownBy(() -> CommandKind.parse("diagnostic", Map.of("name", "network; id")))
                .hasMessageContaining("network; id");
        assertThatThrownBy(() -> CommandKind.parse("restart-app", Map.of())).hasMessageContaining("`app`");
        assertThatThrownBy(() -> CommandKind.parse("restart-app", Map.of("app", "../../bin/sh")))
                .hasMessageContaining("bundle name");
    }

    private static AllowList list(String settings) {
        return AllowList.in(JsonObject.parse(settings.getBytes(UTF_8)));
    }
}
