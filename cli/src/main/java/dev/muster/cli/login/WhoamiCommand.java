package dev.muster.cli.login;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "whoami",
        headerHeading = "Example: muster whoami%n%n",
        header = "Who this server takes me for, and what I may do on which devices.")
public final class WhoamiCommand implements Runnable {
    private final Session session;

    public WhoamiCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Map<String, Object> me = session.api().get(Url.of("me"));
        var printer = session.printer();
        printer.one(
                me,
                Table.of().column("Name", "name").column("Subject", "subject").column("Tenant", "tenant"),
                "subject");
        printer.part(
                new Row(me).rows("roles"), Table.of().column("ROLE", "role").column("DEVICES", "selector"));
    }
}
