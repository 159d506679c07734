package dev.muster.cli.releases;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "release",
        headerHeading = "Example: muster release create os 2.0.0 --artifact SHA256%n%n",
        header = "Releases: named, immutable sets of artifacts.",
        subcommands = {
            ReleaseCommand.Create.class,
            ReleaseCommand.ListVerb.class,
            ReleaseCommand.ShowVerb.class,
            ChannelVerbs.Promote.class,
            ChannelVerbs.Demote.class,
            WithdrawVerb.class,
            SignVerbs.Sign.class,
            SignVerbs.Submit.class
        })
public final class ReleaseCommand {

    private static void print(Session session, Map<String, Object> answer) {
        Printer printer = session.printer();
        printer.one(
                answer,
                Table.of()
                        .column("Id", "id")
                        .column("Name", "name")
                        .column("Version", "version")
                        .column("Absent", "absent")
                        .column("Requires", ReleaseCommand::required)
                        .column("Created", "createdAt")
                        .column("By", row -> row.named("createdByName", "createdBy"))
                        .column("Withdrawn", "withdrawnAt"),
                "id");
        printer.part(
                new Row(answer).rows("targets"),
                Table.of()
                        .column("TARGET", "name")
                        .column("VERSION", "version")
                        .column("HARDWARE", "hardware")
                        .column("SHA-256", row -> Show.shortHash(row.text("sha256"))));
    }

    private static String required(Row release) {
        List<String> all = new ArrayList<>();
        for (String member : List.of("agent", "image", "api", "apl")) {
            String value = release.text("requires." + member);
            if (!value.isEmpty() && !value.equals(Row.NONE)) {
                all.add(member + " " + value);
            }
        }
        release.rows("requires.apps").forEach(app -> all.add(app.text("bundle") + "=" + app.text("versionCode")));
        release.rows("requires.releases").forEach(other -> all.add(other.text("name") + "@" + other.text("version")));
        return String.join(", ", all);
    }

    @Command(
            name = "create",
            headerHeading =
                    "Example: muster release create os 2.0.0 --artifact SHA256 --absent app/com.example.old --needs-image 1.4%n%n",
            header = "A new release.")
    static final class Create implements Runnable {
        private final Session session;

        @Parameters(index = "0", paramLabel = "NAME", description = "Its name.")
        private String name = "";

        @Parameters(index = "1", paramLabel = "VERSION", description = "Its version.")
        private String version = "";

        @Option(names = "--artifact", paramLabel = "SHA256", description = "An artifact in it; repeatable.")
        private List<String> artifacts = List.of();

        @Option(
                names = "--absent",
                paramLabel = "TARGET",
                description = "Something it removes, such as app/com.example.old.")
        private List<String> absent = List.of();

        @Mixin
        private final RequireOptions requires = new RequireOptions();

        Create(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (artifacts.isEmpty() && absent.isEmpty()) {
                throw new CliException(ExitCode.USAGE, "expected --artifact or --absent, found neither");
            }
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", name);
            body.put("version", version);
            body.put(
                    "targets",
                    artifacts.stream().map(sha256 -> Map.of("sha256", sha256)).toList());
            body.put("absent", absent);
            Map<String, Object> required = requires.body();
            if (!required.isEmpty()) {
                body.put("requires", required);
            }
            print(session, session.api().post(Url.of("releases"), body));
        }
    }

    @Command(name = "list", headerHeading = "Example: muster release list%n%n", header = "All releases, newest first.")
    static final class ListVerb implements Runnable {
        private final Session session;

        @Mixin
        private final Paging paging = new Paging();

        ListVerb(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("releases"))),
                            Table.of()
                                    .column("ID", "id")
                                    .column("NAME", "name")
                                    .column("VERSION", "version")
                                    .column(
                                            "TARGETS",
                                            row -> Integer.toString(
                                                    row.rows("targets").size()))
                                    .column("CREATED", row -> Show.ago(row.text("createdAt"), session.now()))
                                    .column("BY", row -> row.text("createdByName")),
                            "id");
        }
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster release show 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "One release.")
    static final class ShowVerb implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "ID", description = "The release's id.")
        private String id = "";

        ShowVerb(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            print(session, session.api().get(Url.of("releases", id)));
        }
    }
}
