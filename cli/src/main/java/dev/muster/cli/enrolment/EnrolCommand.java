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
        subcommands = EnrolCommand.Token.class)
public final class EnrolCommand {

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
        }
    }
}
