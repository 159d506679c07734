package dev.muster.cli.views;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "views",
        headerHeading = "Example: muster views save 'North, behind' -q 'site==north;image<2.1.0' --shared%n%n",
        header = "Saved views: queries of the list of devices under a name.")
public final class ViewsCommand {
    private final Session session;

    ViewsCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster views list%n%n",
            header = "Your own, then those that others share.")
    void list(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("views"))),
                        Table.of()
                                .column("NAME", "name")
                                .column("DEVICES", "query")
                                .column("SHARED", "shared")
                                .column("BY", row -> row.flag("mine") ? "you" : row.named("ownerName", "owner"))
                                .column("ID", "id"),
                        "id");
    }

    @Command(
            name = "save",
            headerHeading = "Example: muster views save 'North, behind' -q 'site==north;image<2.1.0'%n%n",
            header = "Save a view of your own.")
    void save(
            @Parameters(paramLabel = "NAME", description = "For people, at most 80 characters.") String name,
            @Option(
                            names = {"-q", "--query"},
                            paramLabel = "RSQL",
                            defaultValue = "",
                            description = "Which devices; all if left out.")
                    String query,
            @Option(names = "--shared", description = "Show it to everybody of the tenant.") boolean shared) {
        session.printer()
                .one(
                        session.api().post(Url.of("views"), Map.of("name", name, "query", query, "shared", shared)),
                        Table.of()
                                .column("Name", "name")
                                .column("Devices", "query")
                                .column("Shared", "shared")
                                .column("Id", "id"),
                        "id");
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster views delete 4c5d5c0e-8a5f-4a9c-8f43-0d7b2a4a3f10%n%n",
            header = "Delete a view of your own.")
    void delete(@Parameters(paramLabel = "ID", description = "As `views list` shows it.") String id) {
        session.api().delete(Url.of("views", id));
        session.printer().done("deleted view " + id);
    }
}
