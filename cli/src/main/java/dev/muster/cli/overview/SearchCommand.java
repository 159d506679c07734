package dev.muster.cli.overview;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "search",
        headerHeading = "Example: muster search press%n%n",
        header =
                "Devices whose name, id, serial number or a tag begins so; sites, groups, rollouts, releases, apps and policies"
                        + " in whose name it is.")
public final class SearchCommand implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "TEXT", description = "What to look for; capital letters make no difference.")
    private String text = "";

    public SearchCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.printer()
                .list(
                        session.api().get(Url.of("search").with("q", text)),
                        Table.of()
                                .column("KIND", "kind")
                                .column("NAME", "name")
                                .column("ID", "id")
                                .column("", "detail"),
                        "id");
    }
}
