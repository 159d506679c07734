package dev.muster.cli.capability;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "requests",
        headerHeading = "Example: muster capability requests list%n%n",
        header = "What apps on devices ask for, and answers to it.")
final class RequestVerbs {
    private final Session session;

    RequestVerbs(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster capability requests list --state open%n%n",
            header = "Rights that apps lack and ask for, the latest first.")
    void list(
            @Mixin Paging paging,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            defaultValue = "open",
                            description = "open (default), granted or declined.")
                    String state) {
        session.printer()
                .list(
                        session.api()
                                .get(paging.on(Url.of("permission-requests").with("state", state))),
                        Table.of()
                                .column("ID", "id")
                                .column("DEVICE", "device")
                                .column("APP", "app")
                                .column("PERMISSION", "permission")
                                .column("ASKED", row -> Show.ago(row.text("lastAskedAt"), session.now()))
                                .column("TIMES", "count")
                                .column("REASON", "reason"),
                        "id");
    }

    @Command(
            name = "grant",
            headerHeading = "Example: muster capability requests grant ID --note 'for a month'%n%n",
            header = "Say yes: prints a Capability that gives it for 30 days, to be read, changed and applied.")
    void grant(
            @Parameters(paramLabel = "ID", description = "The request's id.") String id,
            @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why; kept with it.")
                    String note) {
        Map<String, Object> found = session.api().get(Url.of("permission-requests", id));
        answer(id, "granted", note);
        if (session.printer().shape() == Format.Shape.WHOLE) {
            session.printer().whole(found);
        } else {
            session.out().print(new Row(found).text("capability"));
        }
    }

    @Command(
            name = "decline",
            headerHeading = "Example: muster capability requests decline ID --note 'use the other camera'%n%n",
            header = "Say no.")
    void decline(
            @Parameters(paramLabel = "ID", description = "The request's id.") String id,
            @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why; kept with it.")
                    String note) {
        answer(id, "declined", note);
        session.printer().done("declined " + id);
    }

    private void answer(String id, String answer, String note) {
        session.api().post(Url.of("permission-requests", id, "answer"), Map.of("answer", answer, "note", note));
    }
}
