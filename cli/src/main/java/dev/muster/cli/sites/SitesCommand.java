package dev.muster.cli.sites;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "sites",
        headerHeading = "Example: muster sites create north --time-zone Asia/Shanghai%n%n",
        header = "Sites, the places where devices are.",
        subcommands = {SitesCommand.Create.class, SitesCommand.Set.class})
public final class SitesCommand {
    private static final Table DETAILS = Table.of()
            .column("Name", "name")
            .column("Parent", "parent")
            .column("Time zone", row -> inherited(row, "timeZone", row.text("timeZone")))
            .column("Uplink (kbit/s)", row -> inherited(row, "uplinkKbps", row.text("uplinkKbps")))
            .column("Window", row -> inherited(row, "window", window(row)))
            .column("Gateway", row -> inherited(row, "gateway", row.text("gateway")))
            .column("Location", row -> inherited(row, "location", location(row)));

    private final Session session;

    SitesCommand(Session session) {
        this.session = session;
    }

    private static String inherited(Row row, String member, String text) {
        return row.at(member) != null && row.at("own") != null && row.at("own." + member) == null
                ? text + " (from above)"
                : text;
    }

    private static String location(Row row) {
        return row.at("location") == null
                ? Row.NONE
                : row.text("location.latitude") + ", " + row.text("location.longitude");
    }

    private static String window(Row row) {
        return row.at("window") == null
                ? Row.NONE
                : row.text("window.days") + " " + row.text("window.from") + "-" + row.text("window.to");
    }

    @Command(name = "list", headerHeading = "Example: muster sites list%n%n", header = "All sites.")
    void list(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("sites"))),
                        Table.of()
                                .column("NAME", "name")
                                .column("PARENT", "parent")
                                .column("TIME ZONE", "timeZone")
                                .column("UPLINK KBIT/S", "uplinkKbps")
                                .column("WINDOW", SitesCommand::window)
                                .column("GATEWAY", "gateway"),
                        "name");
    }

    @Command(
            name = "tree",
            headerHeading = "Example: muster sites tree%n%n",
            header = "All sites, each below the one it lies in.")
    void tree() {
        Map<String, Object> answer = session.api().get(Url.of("sites"));
        switch (session.printer().shape()) {
            case PEOPLE -> lines(new Row(answer).rows("items"), null, "").forEach(session.out()::println);
            case WHOLE, NAME -> session.printer().list(answer, Table.of(), "name");
        }
    }

    private static List<String> lines(List<Row> sites, @Nullable String parent, String indent) {
        List<String> lines = new ArrayList<>();
        for (Row site : sites) {
            if (parent == null ? site.at("parent") == null : parent.equals(site.at("parent"))) {
                lines.add(indent + site.text("name"));
                lines.addAll(lines(sites, site.text("name"), indent + "  "));
            }
        }
        return lines;
    }

    @Command(name = "show", headerHeading = "Example: muster sites show north%n%n", header = "One site.")
    void show(@Parameters(paramLabel = "SITE", description = "The site's name.") String site) {
        session.printer().one(session.api().get(Url.of("sites", site)), DETAILS, "name");
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster sites delete hall-2%n%n",
            header = "End a site that no device, site, token or setting names any more.")
    void delete(@Parameters(paramLabel = "SITE", description = "The site's name.") String site) {
        session.api().delete(Url.of("sites", site));
        session.printer().done("deleted site " + site);
    }

    @Command(
            name = "create",
            headerHeading =
                    "Example: muster sites create hall-2 --parent north --time-zone Asia/Shanghai --uplink 20000%n%n",
            header = "A new site; what is left out is that of the site above.")
    static final class Create implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "SITE", description = "The new site's name.")
        private String site = "";

        @Mixin
        private SiteOptions options = new SiteOptions();

        Create(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = options.body();
            body.put("name", site);
            session.printer().one(session.api().post(Url.of("sites"), body), DETAILS, "name");
        }
    }

    @Command(
            name = "set",
            headerHeading = "Example: muster sites set hall-2 --window mon,tue=22:00-04:00 --gateway gw-2%n%n",
            header = "Change a site; policies that ask for local time follow.")
    static final class Set implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "SITE", description = "The site's name.")
        private String site = "";

        @Mixin
        private SiteOptions options = new SiteOptions();

        Set(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = options.body();
            if (body.isEmpty()) {
                throw new CliException(
                        ExitCode.USAGE,
                        "expected --parent, --time-zone, --uplink, --window, --gateway or --location, found none of them");
            }
            session.printer().one(session.api().patch(Url.of("sites", site), body), DETAILS, "name");
        }
    }
}
