package dev.muster.cli.policy;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "usage",
        headerHeading = "Example: muster policy usage --app com.example.camera%n%n",
        header = "How often apps asked for permissions, as devices counted.",
        subcommands = UsageVerb.Suggestions.class)
final class UsageVerb implements Runnable {
    private final Session session;

    @Option(names = "--device", paramLabel = "DEVICE", description = "Only on this device.")
    private @Nullable String device;

    @Option(names = "--app", paramLabel = "BUNDLE", description = "Only this app.")
    private @Nullable String app;

    @Option(names = "--permission", paramLabel = "NAME", description = "Only this permission.")
    private @Nullable String permission;

    @Mixin
    private final Paging paging = new Paging();

    UsageVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.printer()
                .list(
                        session.api()
                                .get(paging.on(Url.of("policy", "usage")
                                        .with("device", device)
                                        .with("bundle", app)
                                        .with("permission", permission))),
                        Table.of()
                                .column("DEVICE", "device")
                                .column("APP", "bundle")
                                .column("PERMISSION", "permission")
                                .column("GRANTED", "granted")
                                .column("DENIED", "denied")
                                .column("FIRST", row -> Show.ago(row.text("first"), session.now()))
                                .column("LAST", row -> Show.ago(row.text("last"), session.now())),
                        "permission");
    }

    @Command(
            name = "suggestions",
            headerHeading = "Example: muster policy usage suggestions --days 30%n%n",
            header = "Grants that no app needed, with the change of the role that takes them away.",
            footer =
                    "Only devices whose silence means something count: heard of on half of the days and lately, no counts"
                            + " dropped, the app there and granted all the time.")
    static final class Suggestions implements Runnable {
        private final Session session;

        @Option(
                names = "--days",
                paramLabel = "N",
                defaultValue = "30",
                description = "How long nobody asked, 1 to 60 (default: 30).")
        private int days = 30;

        @Option(names = "--diff", description = "Print the changes of the roles too.")
        private boolean diff;

        Suggestions(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer =
                    session.api().get(Url.of("policy", "usage", "suggestions").with("days", days));
            session.printer()
                    .list(
                            answer,
                            Table.of()
                                    .column("ROLE", "role")
                                    .column("PERMISSION", "permission")
                                    .column("APP", "bundle")
                                    .column("DEVICES", "devices")
                                    .column("LAST USED", row -> Show.ago(row.text("lastUsed"), session.now()))
                                    .column(
                                            "SUGGESTION",
                                            row -> row.flag("wholeRole")
                                                    ? "take it out of the role"
                                                    : "give the app a role without it"),
                            "permission");
            if (diff && session.printer().shape() == Format.Shape.PEOPLE) {
                new Row(answer).rows("items").forEach(row -> {
                    if (row.at("diff") != null) {
                        session.out().println();
                        session.out().print(row.text("diff"));
                    }
                });
            }
        }
    }
}
