package dev.muster.cli.artifacts;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code muster artifact remove}: takes an artifact out of what its publisher signed. */
@Command(
        name = "remove",
        headerHeading = "Example: muster artifact remove "
                + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08%n%n",
        header = "Take an artifact out of what its publisher signed; refused while something needs it.",
        description = {
            "In strict mode that is a draft for the publisher: muster trust draft, muster release sign, muster release submit.",
            "The bytes go with the collection afterwards: muster artifact gc."
        })
final class RemoveVerb implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "SHA256", description = "The artifact's hash.")
    private String sha256 = "";

    RemoveVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Map<String, Object> answer = session.api().post(Url.of("artifacts", sha256, "removal"), Map.of());
        Row draft = new Row(answer);
        session.printer()
                .done("draft " + draft.text("id") + " of " + draft.text("role") + ": " + draft.text("waiting"));
    }
}
