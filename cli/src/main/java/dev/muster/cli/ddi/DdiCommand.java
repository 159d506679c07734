package dev.muster.cli.ddi;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ddi",
        headerHeading = "Example: muster ddi set --on --gateway-token%n%n",
        header = "hawkBit's clients: how they come in, and what they are asked to do.",
        subcommands = {DdiCommand.Set.class, DdiCommand.Token.class})
public final class DdiCommand {
    private final Session session;

    DdiCommand(Session session) {
        this.session = session;
    }

    private static Table access() {
        return Table.of()
                .column("Open", "enabled")
                .column("Gateway token", "gatewayToken")
                .column("Target tokens", "targetTokens")
                .column("Authorities", "authorities")
                .column("Unknown ids", "unknown")
                .column("Hardware", "hardware")
                .column("Site", "site")
                .column("Tags", "tags")
                .column("Confirmation", "confirmation")
                .column("Polling", "polling");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster ddi show%n%n",
            header = "How clients of this tenant come in.")
    void show() {
        session.printer().one(session.api().get(Url.of("ddi")), access(), "enabled");
    }

    @Command(
            name = "add",
            headerHeading = "Example: muster ddi add press-7%n%n",
            header = "A device for a client that never asked yet; then `muster ddi token press-7`.")
    void add(@Parameters(paramLabel = "CONTROLLER", description = "Its controller id.") String controller) {
        session.printer()
                .one(
                        session.api().post(Url.of("ddi", "clients"), Map.of("controller", controller)),
                        Table.of().column("Controller", "controller").column("Device", "device"),
                        "device");
    }

    @Command(
            name = "device",
            headerHeading = "Example: muster ddi device press-7%n%n",
            header = "When a device's client asked last, and its newest actions.")
    void device(@Parameters(paramLabel = "DEVICE", description = "The device.") String device) {
        Printer printer = session.printer();
        printer.one(
                session.api().get(Url.of("devices", device, "ddi")),
                Table.of()
                        .column("Controller", "controller")
                        .column("Last poll", row -> Show.ago(row.text("lastPoll"), session.now()))
                        .column("Client", "agent")
                        .column("Address", "address")
                        .column("Token of its own", "targetToken")
                        .column("Confirms by itself", "autoConfirm")
                        .column(
                                "Actions",
                                row -> String.join(
                                        "\n",
                                        row.rows("actions").stream()
                                                .map(action -> action.text("id") + " " + action.text("state") + " "
                                                        + action.text("source"))
                                                .toList())),
                "controller");
    }

    @Command(
            name = "cancel",
            headerHeading = "Example: muster ddi cancel press-7 42%n%n",
            header = "Ask a client to stop an update; one that it never saw is stopped at once.")
    void cancel(
            @Parameters(paramLabel = "DEVICE", description = "The device.") String device,
            @Parameters(paramLabel = "ACTION", description = "The id of the action.") int action) {
        session.printer()
                .one(
                        session.api()
                                .post(
                                        Url.of("devices", device, "ddi", "actions", Integer.toString(action), "cancel"),
                                        Map.of()),
                        Table.of().column("Action", "id").column("State", "state"),
                        "state");
    }

    @Command(
            name = "attributes",
            headerHeading = "Example: muster ddi attributes press-7%n%n",
            header = "Ask a client for its attributes once more.")
    void attributes(@Parameters(paramLabel = "DEVICE", description = "The device.") String device) {
        session.api().post(Url.of("devices", device, "ddi", "attributes"), Map.of());
        session.printer().done("asked " + device);
    }

    @Command(
            name = "set",
            headerHeading = "Example: muster ddi set --on --polling '00:05:00~10%%, site==north -> 00:00:30'%n%n",
            header = "Change how clients come in; what is left out stays.")
    static final class Set implements Runnable {
        private final Session session;

        @Option(names = "--on", negatable = true, description = "Answer clients of this tenant, or (--no-on) nobody.")
        private @Nullable Boolean on;

        @Option(names = "--gateway-token", description = "Make a new gateway token and show it; the one before ends.")
        private boolean gatewayToken;

        @Option(names = "--no-gateway-token", description = "End the gateway token.")
        private boolean noGatewayToken;

        @Option(names = "--target-tokens", negatable = true, description = "Accept each device's own token.")
        private @Nullable Boolean targetTokens;

        @Option(
                names = "--authority",
                paramLabel = "TEXT",
                description = "What a trusted proxy says of a client's certificate; repeat; `none` for none.")
        private @Nullable List<String> authorities;

        @Option(
                names = "--unknown",
                paramLabel = "RULE",
                description = "What an unknown id becomes: create, serial, udid (of a device that waits) or refuse.")
        private @Nullable String unknown;

        @Option(names = "--hardware", paramLabel = "NAME", description = "Of devices that a poll makes.")
        private @Nullable String hardware;

        @Option(names = "--site", paramLabel = "SITE", description = "Of devices that a poll makes; '' for none.")
        private @Nullable String site;

        @Option(names = "--tag", paramLabel = "TAG", description = "Of devices that a poll makes; repeat.")
        private @Nullable List<String> tags;

        @Option(
                names = "--confirmation",
                negatable = true,
                description = "Each update waits for the device to confirm it.")
        private @Nullable Boolean confirmation;

        @Option(
                names = "--polling",
                paramLabel = "TEXT",
                description = "As hawkBit writes it: `00:05:00~10%%, site==north -> 00:00:30`.")
        private @Nullable String polling;

        Set(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            put(body, "enabled", on);
            put(body, "targetTokens", targetTokens);
            put(
                    body,
                    "authorities",
                    authorities != null && authorities.equals(List.of("none")) ? List.of() : authorities);
            put(body, "unknown", unknown);
            put(body, "hardware", hardware);
            put(body, "site", site);
            put(body, "tags", tags);
            put(body, "confirmation", confirmation);
            put(body, "polling", polling);
            Printer printer = session.printer();
            if (noGatewayToken) {
                session.api().delete(Url.of("ddi", "gateway-token"));
            }
            if (!body.isEmpty() || !gatewayToken) {
                printer.one(session.api().put(Url.of("ddi"), body), access(), "enabled");
            }
            if (gatewayToken) {
                printer.one(
                        session.api().post(Url.of("ddi", "gateway-token"), Map.of()),
                        Table.of().column("Gateway token", "token"),
                        "token");
                printer.done("\nThe token is not shown again. Clients have it as `gateway_token` or `gatewaytoken`.");
            }
        }

        private static void put(Map<String, Object> body, String name, @Nullable Object value) {
            if (value != null) {
                body.put(name, value);
            }
        }
    }

    @Command(
            name = "token",
            headerHeading = "Example: muster ddi token press-7%n%n",
            header = "A new token for one client. Shown once; the one before ends.")
    static final class Token implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "DEVICE", description = "The device.")
        private String device = "";

        @Option(names = "--end", description = "End its token, and make none.")
        private boolean end;

        Token(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (end) {
                session.api().delete(Url.of("devices", device, "ddi", "token"));
                session.printer().done("ended the token of " + device);
                return;
            }
            session.printer()
                    .one(
                            session.api().post(Url.of("devices", device, "ddi", "token"), Map.of()),
                            Table.of().column("Token", "token"),
                            "token");
            session.printer().done("\nThe token is not shown again. Clients have it as `auth_token` or `targettoken`.");
        }
    }
}
