package dev.muster.cli.views;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
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
        name = "views",
        headerHeading = "Example: muster views save 'North, behind' -q 'site==north;image<2.1.0' --shared%n%n",
        header = "Saved views: queries of the list of devices under a name.")
public final class ViewsCommand {
    private static final Table DETAILS = Table.of()
            .column("Name", "name")
            .column("Devices", "query")
            .column("Shared", "shared")
            .column("Id", "id");

    private final Session session;

    ViewsCommand(Session session) {
        this.session = session;
    }

    /** Whether others see it. */
    enum Switch {
        on,
        off
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
                        DETAILS,
                        "id");
    }

    @Command(
            name = "edit",
            headerHeading = "Example: muster views edit 4c5d5c0e-8a5f-4a9c-8f43-0d7b2a4a3f10 --shared on%n%n",
            header = "Change a view of your own; what is left out stays.")
    void edit(
            @Parameters(paramLabel = "ID", description = "As `views list` shows it.") String id,
            @Option(names = "--name", paramLabel = "NAME", description = "For people, at most 80 characters.") @Nullable String name,
            @Option(
                            names = {"-q", "--query"},
                            paramLabel = "RSQL",
                            description = "Which devices.")
                    @Nullable String query,
            @Option(names = "--shared", paramLabel = "on|off", description = "Whether everybody of the tenant sees it.")
                    @Nullable Switch shared) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (name != null) {
            body.put("name", name);
        }
        if (query != null) {
            body.put("query", query);
        }
        if (shared != null) {
            body.put("shared", shared == Switch.on);
        }
        if (body.isEmpty()) {
            throw new CliException(ExitCode.USAGE, "expected --name, --query or --shared, found none");
        }
        session.printer().one(session.api().patch(Url.of("views", id), body), DETAILS, "id");
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
