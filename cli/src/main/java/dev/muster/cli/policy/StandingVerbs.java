package dev.muster.cli.policy;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where devices stand with their policy. */
final class StandingVerbs {
    private StandingVerbs() {}

    @Command(
            name = "matrix",
            headerHeading = "Example: muster policy matrix press-07 --app com.example.camera%n%n",
            header = "What the apps of a device may do, with why and how far it binds.")
    static final class Matrix implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "DEVICE", description = "The device's id.")
        private String device = "";

        @Option(names = "--app", paramLabel = "BUNDLE", description = "Only this app.")
        private @Nullable String app;

        Matrix(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer =
                    session.api().get(Url.of("devices", device, "permissions").with("bundle", app));
            session.printer()
                    .one(
                            answer,
                            Table.of()
                                    .column("Policy", "policyVersion")
                                    .column("Wanted", "wantedVersion")
                                    .column("Lease", "lease")
                                    .column("State", "state")
                                    .column("Situation", ExplainVerb::situation)
                                    .column("Note", "note"),
                            "device");
            List<Row> cells = new ArrayList<>();
            new Row(answer).rows("apps").forEach(one -> one.rows("permissions").forEach(cell -> {
                Map<String, Object> flat = new LinkedHashMap<>(cell.members());
                flat.put("app", one.text("bundle") + (one.number("user") == 100 ? "" : "@" + one.number("user")));
                cells.add(new Row(flat));
            }));
            session.printer()
                    .part(
                            cells,
                            Table.of()
                                    .column("APP", "app")
                                    .column("PERMISSION", "permission")
                                    .column("POLICY", row -> row.flag("granted") ? "grants" : "denies")
                                    .column("REASON", "reason")
                                    .column("IF", row -> row.flag("conditional") ? "yes" : "")
                                    .column("LAST USED", row -> Show.ago(row.text("lastUsed"), session.now()))
                                    .column("LEVEL", "levelText"));
        }
    }

    @Command(
            name = "compliance",
            headerHeading = "Example: muster policy compliance -q 'site==north' --state drifted%n%n",
            header = "Where devices stand: compliant, pending, drifted, not enforceable, stale.")
    static final class Compliance implements Runnable {
        private final Session session;

        @Option(
                names = {"-q", "--query"},
                paramLabel = "RSQL",
                description = "Only these devices.")
        private @Nullable String query;

        @Option(
                names = "--state",
                paramLabel = "STATE",
                description = "compliant, pending, drifted, not-enforceable or stale.")
        private @Nullable String state;

        @Mixin
        private final Paging paging = new Paging();

        Compliance(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer = session.api()
                    .get(paging.on(
                            Url.of("policy", "compliance").with("q", query).with("state", state)));
            if (session.printer().shape() == Format.Shape.PEOPLE) {
                session.out().println(new Row(answer).pairs("counts"));
            }
            session.printer()
                    .list(
                            answer,
                            Table.of()
                                    .column("DEVICE", "device")
                                    .column("STATE", "state")
                                    .column("POLICY", "policyVersion")
                                    .column("WANTED", "wantedVersion")
                                    .column("SINCE", row -> Show.ago(row.text("since"), session.now()))
                                    .column("WHY", "why"),
                            "device");
        }
    }

    @Command(
            name = "shadow",
            headerHeading = "Example: muster policy shadow%n%n",
            header = "What the policy that is only watched would have answered otherwise.")
    static final class Shadow implements Runnable {
        private final Session session;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "Rows (default: 50).")
        private int limit = 50;

        @Option(names = "--end", description = "No device watches it any more.")
        private boolean end;

        Shadow(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (end) {
                session.api().delete(Url.of("policy", "shadow"));
                session.printer().done("no policy is watched any more");
                return;
            }
            Map<String, Object> answer =
                    session.api().get(Url.of("policy", "shadow").with("limit", limit));
            session.printer()
                    .one(
                            answer,
                            Table.of()
                                    .column("Version", "version")
                                    .column("Watched now", row -> row.flag("active") ? "yes" : "no")
                                    .column("Devices", "devicesHolding"),
                            "version");
            session.printer()
                    .part(
                            new Row(answer).rows("disagreements"),
                            Table.of()
                                    .column("APP", "bundle")
                                    .column("PERMISSION", "permission")
                                    .column("LIVE", row -> answer(row, "live", "liveReason"))
                                    .column("SHADOW", row -> answer(row, "shadow", "shadowReason"))
                                    .column("QUESTIONS", "count")
                                    .column("DEVICES", "devices"));
        }

        private static String answer(Row row, String granted, String reason) {
            return row.text(granted) + " (" + row.text(reason) + ")";
        }
    }
}
