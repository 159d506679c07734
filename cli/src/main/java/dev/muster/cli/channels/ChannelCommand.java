package dev.muster.cli.channels;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "channel",
        headerHeading = "Example: muster channel list%n%n",
        header = "Channels that releases are promoted through; see also muster release promote.")
public final class ChannelCommand {
    private final Session session;

    ChannelCommand(Session session) {
        this.session = session;
    }

    /** Channels, each with the releases that have got to it and no further. */
    public static void print(Session session, Map<String, Object> answer) {
        session.printer()
                .list(
                        answer,
                        Table.of().column("CHANNEL", "name").column("RELEASES", row -> row.rows("releases").stream()
                                .map(release -> release.text("name") + " " + release.text("version"))
                                .collect(Collectors.joining(", "))),
                        "name");
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster channel list%n%n",
            header = "All channels in the order of promotion, and how far each release has come.")
    void list() {
        print(session, session.api().get(Url.of("channels")));
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster channel show stable%n%n",
            header = "The releases that have got to one channel and no further, newest first.")
    void show(@Parameters(paramLabel = "NAME", description = "The channel.") String name) {
        List<Row> found = new Row(session.api().get(Url.of("channels")))
                .rows("items").stream()
                        .filter(channel -> channel.text("name").equals(name))
                        .toList();
        session.printer()
                .list(
                        Map.of(
                                "items",
                                found.stream()
                                        .flatMap(channel -> channel.rows("releases").stream())
                                        .map(Row::members)
                                        .toList()),
                        Table.of()
                                .column("ID", "id")
                                .column("NAME", "name")
                                .column("VERSION", "version")
                                .column("HARDWARE", "hardware")
                                .column("SINCE", row -> Show.ago(row.text("since"), session.now()))
                                .column("BY", row -> row.named("byName", "by"))
                                .column("NOTE", "note"),
                        "id");
    }

    @Command(
            name = "set",
            headerHeading = "Example: muster channel set dev beta stable%n%n",
            header = "Names and order of all channels; one that holds releases has to stay.")
    void set(
            @Parameters(paramLabel = "NAME", arity = "1..*", description = "In the order of promotion.")
                    List<String> names) {
        print(session, session.api().put(Url.of("channels"), Map.of("channels", names)));
    }

    @Command(
            name = "remove",
            headerHeading = "Example: muster channel remove 0198c0de-0000-7000-8000-000000000000 --note 'leaks'%n%n",
            header = "A release out of all channels. Devices that have it keep it.")
    void remove(
            @Parameters(paramLabel = "RELEASE", description = "The release's id.") String id,
            @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why; kept and audited.")
                    String note) {
        print(session, session.api().post(Url.of("channels", "releases", id, "withdraw"), Map.of("note", note)));
    }

    @Command(
            name = "history",
            headerHeading = "Example: muster channel history stable%n%n",
            header = "Who moved which release where, newest first.")
    void history(
            @Parameters(paramLabel = "NAME", arity = "0..1", description = "Only into or out of this channel.")
                    @Nullable String name,
            @Option(names = "--release", paramLabel = "ID", description = "Only this release.") @Nullable String release,
            @Mixin Paging paging) {
        session.printer()
                .list(
                        session.api()
                                .get(paging.on(Url.of("channels", "history"))
                                        .with("channel", name)
                                        .with("release", release)),
                        Table.of()
                                .column("WHEN", row -> Show.ago(row.text("at"), session.now()))
                                .column("RELEASE", row -> row.text("name") + " " + row.text("version"))
                                .column("MOVE", "action")
                                .column("FROM", "from")
                                .column("TO", "to")
                                .column("BY", row -> row.named("byName", "by"))
                                .column("NOTE", "note"),
                        "release");
    }
}
