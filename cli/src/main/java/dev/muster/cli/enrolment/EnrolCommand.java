package dev.muster.cli.enrolment;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "enrol",
        headerHeading = "Example: muster enrol token create --uses 20 --site north%n%n",
        header = "Let devices into the fleet.",
        subcommands = {EnrolCommand.Token.class, AnchorCommand.class})
public final class EnrolCommand {
    private final Session session;

    EnrolCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "pending",
            headerHeading = "Example: muster enrol pending%n%n",
            header = "Devices that wait to be approved; compare the fingerprint with what the device shows.")
    void pending(
            @Mixin Paging paging,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            defaultValue = "waiting",
                            description = "waiting, approved, rejected or expired (default: waiting).")
                    String state) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("enrolment-requests").with("state", state))),
                        Table.of()
                                .column("ID", "id")
                                .column("DEVICE", "device")
                                .column("HARDWARE", "hardware")
                                .column("SERIAL", "serial")
                                .column("KEY", "keyFingerprint")
                                .column("FROM", "address")
                                .column("ASKED", row -> Show.ago(row.text("askedAt"), session.now()))
                                .column("PLACE OF", "takesPlaceOf"),
                        "id");
    }

    @Command(
            name = "approve",
            headerHeading = "Example: muster enrol approve 0123456789ab --device press-7%n%n",
            header = "Let a device in that waits; it fetches its certificate when it asks next.")
    void approve(
            @Parameters(paramLabel = "ID", description = "The request's id.") String id,
            @Option(names = "--device", paramLabel = "NAME", description = "Its name (default: the one it wished).")
                    @Nullable String device) {
        Map<String, Object> answer = session.api()
                .post(
                        Url.of("enrolment-requests", id, "approve"),
                        device == null ? Map.of() : Map.of("device", device));
        session.printer().done("approved " + new Row(answer).text("device") + " (" + id + ")");
    }

    @Command(
            name = "reject",
            headerHeading = "Example: muster enrol reject 0123456789ab --reason 'not ours'%n%n",
            header = "Refuse a device that waits; its key is refused until somebody approves it.")
    void reject(
            @Parameters(paramLabel = "ID", description = "The request's id.") String id,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why; the device hears it.") @Nullable String reason) {
        session.api()
                .post(Url.of("enrolment-requests", id, "reject"), reason == null ? Map.of() : Map.of("reason", reason));
        session.printer().done("rejected " + id);
    }

    @Command(
            name = "token",
            headerHeading = "Example: muster enrol token create --uses 20 --site north%n%n",
            header = "Tokens that let devices enrol themselves.",
            subcommands = Create.class)
    static final class Token {
        private final Session session;

        Token(Session session) {
            this.session = session;
        }

        @Command(
                name = "list",
                headerHeading = "Example: muster enrol token list%n%n",
                header = "Tokens, without their secret.")
        void list(@Mixin Paging paging) {
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("enrolment-tokens"))),
                            Table.of()
                                    .column("ID", "id")
                                    .column("NAME", "name")
                                    .column("USES", "uses")
                                    .column("ENDS", row -> Show.ago(row.text("expiresAt"), session.now()))
                                    .column("SITE", "site")
                                    .column("TAGS", "tags"),
                            "id");
        }

        @Command(
                name = "revoke",
                headerHeading = "Example: muster enrol token revoke 0198c0de-0000-7000-8000-000000000000%n%n",
                header = "No more devices with this token; those enrolled stay.")
        void revoke(@Parameters(paramLabel = "ID", description = "The token's id.") String id) {
            session.api().delete(Url.of("enrolment-tokens", id));
            session.printer().done("revoked " + id);
        }
    }

    @Command(
            name = "create",
            headerHeading = "Example: muster enrol token create --uses 20 --expires PT72H --site north --tag press%n%n",
            header = "A new token and the command to run on the device. Shown once.")
    static final class Create implements Runnable {
        private final Session session;

        @Option(names = "--name", paramLabel = "NAME", description = "What it is for.")
        private @Nullable String name;

        @Option(
                names = "--uses",
                paramLabel = "N",
                defaultValue = "1",
                description = "For how many devices (default: 1).")
        private int uses = 1;

        @Option(
                names = "--expires",
                paramLabel = "DURATION",
                defaultValue = "PT24H",
                description = "ISO-8601, such as PT72H (default: PT24H).")
        private Duration expires = Duration.ofHours(24);

        @Option(names = "--site", paramLabel = "SITE", description = "Where its devices will be.")
        private @Nullable String site;

        @Option(names = "--tag", paramLabel = "TAG", description = "A tag its devices will have; repeatable.")
        private List<String> tags = List.of();

        @Option(names = "--approval", description = "A person approves each of its devices (muster enrol pending).")
        private boolean approval;

        @Option(
                names = "--qr",
                description = "Also as a QR code, for a device with a camera (muster-agent enrol --invitation).")
        private boolean qr;

        Create(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            if (name != null) {
                body.put("name", name);
            }
            body.put("uses", uses);
            body.put("expiresIn", expires.toString());
            if (site != null) {
                body.put("site", site);
            }
            if (!tags.isEmpty()) {
                body.put("tags", tags);
            }
            if (approval) {
                body.put("approval", true);
            }
            Map<String, Object> answer = session.api().post(Url.of("enrolment-tokens"), body);
            Printer printer = session.printer();
            printer.one(
                    answer,
                    Table.of()
                            .column("Id", "id")
                            .column("Uses", "uses")
                            .column("Ends", "expiresAt")
                            .column("Token", "token"),
                    "token");
            printer.done("\nRun this on the device; it is not shown again:\n\n  " + new Row(answer).text("command"));
            if (qr) {
                printer.done("");
                QrText.lines(new Row(answer).text("invitation")).forEach(printer::done);
            }
        }
    }
}
