package dev.muster.cli.sites;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
            .column("Time zone", "timeZone")
            .column("Uplink (kbit/s)", "uplinkKbps");

    private final Session session;

    SitesCommand(Session session) {
        this.session = session;
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
                                .column("UPLINK KBIT/S", "uplinkKbps"),
                        "name");
    }

    @Command(name = "show", headerHeading = "Example: muster sites show north%n%n", header = "One site.")
    void show(@Parameters(paramLabel = "SITE", description = "The site's name.") String site) {
        session.printer().one(session.api().get(Url.of("sites", site)), DETAILS, "name");
    }

    @Command(
            name = "create",
            headerHeading =
                    "Example: muster sites create hall-2 --parent north --time-zone Asia/Shanghai --uplink 20000%n%n",
            header = "A new site.")
    static final class Create implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "SITE", description = "The new site's name.")
        private String site = "";

        @Option(names = "--parent", paramLabel = "SITE", description = "The site it lies in.")
        private @Nullable String parent;

        @Option(
                names = "--time-zone",
                paramLabel = "ZONE",
                description = "Such as Asia/Shanghai; that of the site above if left out, UTC at the top.")
        private @Nullable String timeZone;

        @Option(names = "--uplink", paramLabel = "KBIT/S", description = "What its link can carry.")
        private @Nullable Integer uplink;

        Create(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", site);
            if (parent != null) {
                body.put("parent", parent);
            }
            if (timeZone != null) {
                body.put("timeZone", timeZone);
            }
            if (uplink != null) {
                body.put("uplinkKbps", uplink);
            }
            session.printer().one(session.api().post(Url.of("sites"), body), DETAILS, "name");
        }
    }

    @Command(
            name = "set",
            headerHeading = "Example: muster sites set hall-2 --time-zone Asia/Shanghai%n%n",
            header = "Change a site; policies that ask for local time follow.")
    static final class Set implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "SITE", description = "The site's name.")
        private String site = "";

        @Option(
                names = "--time-zone",
                paramLabel = "ZONE",
                description = "Such as Asia/Shanghai; an empty text takes that of the site above.")
        private @Nullable String timeZone;

        @Option(names = "--uplink", paramLabel = "KBIT/S", description = "What its link can carry.")
        private @Nullable Integer uplink;

        Set(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            if (timeZone != null) {
                body.put("timeZone", timeZone);
            }
            if (uplink != null) {
                body.put("uplinkKbps", uplink);
            }
            session.printer().one(session.api().patch(Url.of("sites", site), body), DETAILS, "name");
        }
    }
}
