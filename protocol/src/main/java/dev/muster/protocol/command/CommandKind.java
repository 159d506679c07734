package dev.muster.protocol.command;

import dev.muster.protocol.ProtocolException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a device can be asked to do once: a closed set, so that nothing a server says is ever run as a program. */
public sealed interface CommandKind {
    /** The verbs that this version knows. */
    List<String> VERBS = List.of("refresh", "reboot", "restart-app", "collect-logs", "diagnostic");

    /** The diagnostics that every agent knows; a platform may have no answer to some. */
    List<String> DIAGNOSTICS = List.of("network", "storage", "processes", "clock");

    /** Look at the desired state now. */
    record Refresh() implements CommandKind {}

    /** Switch the device off and on; done when it came back. */
    record Reboot() implements CommandKind {}

    /** Stop an app and start it again, by bundle name. */
    record RestartApp(String bundle) implements CommandKind {
        private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{2,127}");

        public RestartApp {
            if (!FORM.matcher(bundle).matches()) {
                throw new ProtocolException("expected a bundle name at `app`, found `" + bundle + "`");
            }
        }
    }

    /** Gather logs and every diagnostic into one archive and upload it. */
    record CollectLogs() implements CommandKind {}

    /** Run one of {@link #DIAGNOSTICS}; the answer holds what it found. */
    record Diagnostic(String name) implements CommandKind {
        public Diagnostic {
            if (!DIAGNOSTICS.contains(name)) {
                throw new ProtocolException(
                        "expected one of " + String.join(", ", DIAGNOSTICS) + " at `name`, found `" + name + "`");
            }
        }
    }

    /** The verb on the wire. */
    default String verb() {
        return switch (this) {
            case Refresh k -> "refresh";
            case Reboot k -> "reboot";
            case RestartApp k -> "restart-app";
            case CollectLogs k -> "collect-logs";
            case Diagnostic k -> "diagnostic";
        };
    }

    /** The arguments on the wire. */
    default Map<String, String> arguments() {
        return switch (this) {
            case Refresh k -> Map.of();
            case Reboot k -> Map.of();
            case RestartApp app -> Map.of("app", app.bundle());
            case CollectLogs k -> Map.of();
            case Diagnostic diagnostic -> Map.of("name", diagnostic.name());
        };
    }

    /**
     * Whether doing it a second time does no harm: then a device that lost power in the middle begins again, else it says
     * that it does not know how far it came.
     */
    default boolean repeatable() {
        return switch (this) {
            case Refresh k -> true;
            case Reboot k -> false;
            case RestartApp k -> false;
            case CollectLogs k -> true;
            case Diagnostic k -> true;
        };
    }

    /** Reads verb and arguments; a {@link ProtocolException} for a verb of a later version and for arguments that do not fit. */
    static CommandKind parse(String verb, Map<String, String> arguments) {
        return switch (verb) {
            case "refresh" -> new Refresh();
            case "reboot" -> new Reboot();
            case "restart-app" -> new RestartApp(argument(arguments, "app"));
            case "collect-logs" -> new CollectLogs();
            case "diagnostic" -> new Diagnostic(argument(arguments, "name"));
            default ->
                throw new ProtocolException(
                        "expected one of " + String.join(", ", VERBS) + " as verb, found `" + verb + "`");
        };
    }

    private static String argument(Map<String, String> arguments, String name) {
        String value = arguments.get(name);
        if (value == null) {
            throw new ProtocolException("expected the argument `" + name + "`, found none");
        }
        return value;
    }
}
