package dev.muster.cli.releases;

import dev.muster.cli.http.Url;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "withdraw",
        headerHeading = "Example: muster release withdraw 0198c0de-0000-7000-8000-000000000000%n%n",
        header = "Take a release out of use: no new rollout hands it out, and its artifacts may be collected.")
final class WithdrawVerb implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "ID", description = "The release's id.")
    private String id = "";

    WithdrawVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.api().post(Url.of("releases", id, "withdraw"), Map.of());
        session.printer().done("withdrawn");
    }
}
