package dev.muster.protocol.command;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What commands may ask of a device: member {@code commands} of its settings, which are signed, so that a server that
 * was taken over cannot ask for more than somebody with the settings key allowed. A member that is absent counts as in
 * {@link #DEFAULT}.
 *
 * <pre>{@code
 * {"commands": {"kinds": ["refresh", "restart-app"], "apps": ["com.example.pump"], "diagnostics": ["network"]}}
 * }</pre>
 *
 * @param kinds verbs
 * @param apps bundle names that may be restarted
 * @param diagnostics names
 */
public record AllowList(Set<String> kinds, Set<String> apps, Set<String> diagnostics) {
    /** Where nothing is set: everything but restarting apps, for which they must be named. */
    public static final AllowList DEFAULT = new AllowList(
            Set.of("refresh", "reboot", "collect-logs", "diagnostic"), Set.of(), Set.copyOf(CommandKind.DIAGNOSTICS));

    /** Nothing at all: what holds where the settings cannot be read. */
    public static final AllowList NOTHING = new AllowList(Set.of(), Set.of(), Set.of());

    public AllowList {
        kinds = Set.copyOf(kinds);
        apps = Set.copyOf(apps);
        diagnostics = Set.copyOf(diagnostics);
    }

    /** The list in a settings document. Fails closed: one that is there and cannot be read is a {@link ProtocolException}. */
    public static AllowList in(JsonObject settings) {
        if (!settings.has("commands")) {
            return DEFAULT;
        }
        JsonObject commands = settings.object("commands");
        return new AllowList(
                texts(commands, "kinds").orElse(DEFAULT.kinds),
                texts(commands, "apps").orElse(DEFAULT.apps),
                texts(commands, "diagnostics").orElse(DEFAULT.diagnostics));
    }

    private static Optional<Set<String>> texts(JsonObject object, String name) {
        if (!object.has(name)) {
            return Optional.empty();
        }
        List<String> values = object.strings(name);
        if (values.stream().anyMatch(String::isEmpty)) {
            throw new ProtocolException("expected no empty text at `" + name + "`");
        }
        return Optional.of(new TreeSet<>(values));
    }

    /** Why the command is not allowed, for people; empty if it is. */
    public Optional<String> refusal(CommandKind kind) {
        if (!kinds.contains(kind.verb())) {
            return Optional.of("`" + kind.verb() + "` is not on the allow-list of this device");
        }
        return switch (kind) {
            case CommandKind.RestartApp app
            when !apps.contains(app.bundle()) ->
                Optional.of("restarting `" + app.bundle() + "` is not on the allow-list of this device");
            case CommandKind.Diagnostic diagnostic
            when !diagnostics.contains(diagnostic.name()) ->
                Optional.of("diagnostic `" + diagnostic.name() + "` is not on the allow-list of this device");
            case CommandKind.RestartApp k -> Optional.empty();
            case CommandKind.Diagnostic k -> Optional.empty();
            case CommandKind.Refresh k -> Optional.empty();
            case CommandKind.Reboot k -> Optional.empty();
            case CommandKind.CollectLogs k -> Optional.empty();
        };
    }
}
