package dev.muster.cli.devices;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "devices",
        headerHeading = "Example: muster devices list -q 'site==north;tag=in=(camera,crusher)'%n%n",
        header = "Devices: list, look into one, change, suspend, resume, retire, replace; import and export.",
        subcommands = {
            DevicesCommand.SetVerb.class,
            BulkVerb.class,
            RegistryVerbs.Metadata.class,
            RegistryVerbs.Diff.class,
            RegistryVerbs.Timeline.class,
            RegistryVerbs.Replace.class,
            RegistryVerbs.Query.class,
            InventoryVerbs.Import.class,
            InventoryVerbs.Export.class,
            ChildrenVerbs.class,
            SparkplugVerbs.class,
            SparkplugVerbs.Rebirth.class
        })
public final class DevicesCommand {
    private final Session session;

    DevicesCommand(Session session) {
        this.session = session;
    }

    /** The things of a device that all verbs show in the same way. */
    private static Table device(Session session) {
        return Table.of()
                .column("Id", "id")
                .column("Name", "name")
                .column("Status", "status")
                .column("Online", row -> row.flag("online") ? "yes" : "no")
                .column("Last seen", row -> Show.ago(row.text("lastSeen"), session.now()))
                .column("Site", "site")
                .column("Tags", "tags")
                .column("Groups", "groups")
                .column("Type", "type")
                .column("Hardware", "hardware")
                .column("Sparkplug", "sparkplug")
                .column("Serial", "serial")
                .column("Image", DevicesCommand::image)
                .column("Policy", "policyVersion")
                .column("In step", DevicesCommand::inStep)
                .column("Enrolled", "enrolledAt")
                .column("Metadata", row -> row.pairs("metadata"))
                .column("Facts", row -> row.pairs("facts"));
    }

    private static String image(Row row) {
        String version = row.text("image.version");
        return row.at("image.slot") == null ? version : version + " (slot " + row.text("image.slot") + ")";
    }

    private static String inStep(Row row) {
        return row.flag("inSync")
                ? "yes"
                : "no, has " + row.text("reportedGeneration") + " of " + row.text("generation");
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster devices list -q 'site==north;image==2.0.0' --limit 20%n%n",
            header = "A page of devices.")
    void list(
            @Option(
                            names = {"-q", "--query"},
                            paramLabel = "RSQL",
                            description = "Only these, e.g. 'site==north;tag==camera'.")
                    @Nullable String query,
            @Mixin Paging paging) {
        Table table = Table.of()
                .column("ID", "id")
                .column("NAME", "name")
                .column("STATUS", "status")
                .column("ONLINE", row -> row.flag("online") ? "yes" : "no")
                .column("SEEN", row -> Show.ago(row.text("lastSeen"), session.now()))
                .column("SITE", "site")
                .column("IMAGE", "image.version")
                .column("POLICY", "policyVersion")
                .column("IN STEP", row -> row.flag("inSync") ? "yes" : "no");
        session.printer().list(session.api().get(paging.on(Url.of("devices")).with("q", query)), table, "id");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster devices show press-07%n%n",
            header = "Everything known about one device.")
    void show(@Parameters(paramLabel = "DEVICE", description = "The device's id.") String device) {
        session.printer().one(session.api().get(Url.of("devices", device)), device(session), "id");
    }

    @Command(
            name = "desired",
            headerHeading = "Example: muster devices desired press-07%n%n",
            header = "What the device must be.")
    void desired(@Parameters(paramLabel = "DEVICE", description = "The device's id.") String device) {
        Map<String, Object> answer = session.api().get(Url.of("devices", device, "desired"));
        Printer printer = session.printer();
        printer.one(answer, Table.of().column("Generation", "generation").column("Trace", "trace"), "generation");
        printer.part(
                new Row(answer).rows("targets"),
                Table.of()
                        .column("TARGET", "name")
                        .column("VERSION", "version")
                        .column("STATE", "state")
                        .column("SIZE", row -> Show.bytes(row.number("length")))
                        .column("SHA-256", row -> Show.shortHash(row.text("sha256")))
                        .column("FROM", "source"));
    }

    @Command(
            name = "reported",
            headerHeading = "Example: muster devices reported press-07%n%n",
            header = "How far the device has come, per target, and why.")
    void reported(@Parameters(paramLabel = "DEVICE", description = "The device's id.") String device) {
        Map<String, Object> answer = session.api().get(Url.of("devices", device, "reported"));
        Printer printer = session.printer();
        printer.one(
                answer,
                Table.of().column("Generation", "generation").column("At", "at").column("Trace", "trace"),
                "generation");
        printer.part(
                new Row(answer).rows("targets"),
                Table.of()
                        .column("TARGET", "name")
                        .column("STATE", "state")
                        .column("VERSION", "version")
                        .column("PROGRESS", "progress")
                        .column("SINCE", row -> Show.ago(row.text("since"), session.now()))
                        .column("REASON", "reason")
                        .column("MESSAGE", "message"));
    }

    @Command(
            name = "manifest",
            headerHeading = "Example: muster devices manifest press-07%n%n",
            header = "What the device last signed that it holds.")
    void manifest(@Parameters(paramLabel = "DEVICE", description = "The device's id.") String device) {
        Map<String, Object> answer = session.api().get(Url.of("devices", device, "manifest"));
        Printer printer = session.printer();
        printer.one(
                answer,
                Table.of()
                        .column("At", "at")
                        .column("Generation", "generation")
                        .column("Hardware", "hardware")
                        .column("Image", DevicesCommand::image)
                        .column("Image SHA-256", "image.sha256")
                        .column("Attacks seen", "attacks"),
                "generation");
        printer.part(
                new Row(answer).rows("apps"),
                Table.of()
                        .column("APP", "bundle")
                        .column("VERSION", "versionName")
                        .column("CODE", "versionCode")
                        .column("APL", "apl")
                        .column("PERMISSIONS", "permissions"));
    }

    @Command(
            name = "events",
            headerHeading = "Example: muster devices events press-07 --limit 20%n%n",
            header = "What happened on the device, newest first.")
    void events(
            @Parameters(paramLabel = "DEVICE", description = "The device's id.") String device, @Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("devices", device, "events"))),
                        Table.of().column("AT", "at").column("KIND", "kind").column("DETAIL", "detail"),
                        "at");
    }

    @Command(
            name = "set",
            headerHeading = "Example: muster devices set press-07 --site north --tag press --tag hall-2%n%n",
            header = "Change a device's name, site, type or tags.")
    static final class SetVerb implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "DEVICE", description = "The device's id.")
        private String device = "";

        @Option(names = "--name", paramLabel = "NAME", description = "What people call it.")
        private @Nullable String name;

        @Option(names = "--site", paramLabel = "SITE", description = "Where it is.")
        private @Nullable String site;

        @Option(names = "--tag", paramLabel = "TAG", description = "Its tags from now on; repeatable, replaces all.")
        private @Nullable List<String> tags;

        @Option(names = "--type", paramLabel = "TYPE", description = "Its device type; empty for none.")
        private @Nullable String type;

        @Option(names = "--no-tags", description = "No tags from now on.")
        private boolean noTags;

        SetVerb(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> change = new LinkedHashMap<>();
            if (name != null) {
                change.put("name", name);
            }
            if (site != null) {
                change.put("site", site);
            }
            if (type != null) {
                change.put("type", type);
            }
            if (tags != null) {
                change.put("tags", tags);
            } else if (noTags) {
                change.put("tags", List.of());
            }
            if (change.isEmpty()) {
                throw new CliException(
                        ExitCode.USAGE, "expected --name, --site, --type, --tag or --no-tags, found none of them");
            }
            session.printer().one(session.api().patch(Url.of("devices", device), change), device(session), "id");
        }
    }

    @Command(
            name = "suspend",
            headerHeading = "Example: muster devices suspend press-07%n%n",
            header = "Shut a device out at once; its data stays.")
    void suspend(@Parameters(paramLabel = "DEVICE", description = "The device's id.") String device) {
        act(device, "suspend");
    }

    @Command(
            name = "resume",
            headerHeading = "Example: muster devices resume press-07%n%n",
            header = "Let a suspended device in again.")
    void resume(@Parameters(paramLabel = "DEVICE", description = "The device's id.") String device) {
        act(device, "resume");
    }

    @Command(
            name = "retire",
            headerHeading = "Example: muster devices retire press-07 --yes%n%n",
            header = "Take a device out of the fleet for ever.")
    void retire(
            @Parameters(paramLabel = "DEVICE", description = "The device's id.") String device,
            @Option(names = "--yes", description = "Needed: a retired device must be enrolled anew to come back.")
                    boolean yes) {
        if (!yes) {
            throw new CliException(ExitCode.USAGE, "retiring `" + device + "` cannot be undone; add --yes");
        }
        act(device, "retire");
    }

    private void act(String device, String verb) {
        Map<String, Object> answer = session.api().post(Url.of("devices", device, verb), Map.of());
        Row row = new Row(answer);
        Printer printer = session.printer();
        switch (printer.shape()) {
            case PEOPLE -> printer.done(device + " is " + row.text("status"));
            case WHOLE, NAME -> printer.one(answer, Table.of(), "id");
        }
    }
}
