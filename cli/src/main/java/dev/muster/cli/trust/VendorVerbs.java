package dev.muster.cli.trust;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.output.Waiting;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "vendors",
        headerHeading = "Example: muster trust vendors list%n%n",
        header = "Whose packages count as verified: root certificates of vendors.")
final class VendorVerbs {
    private final Session session;

    VendorVerbs(Session session) {
        this.session = session;
    }

    private void print(Map<String, Object> answer) {
        if (Waiting.told(session.printer(), answer)) {
            return;
        }
        session.printer()
                .list(
                        answer,
                        Table.of()
                                .column("SHA-256", "sha256")
                                .column("SUBJECT", "subject")
                                .column("UNTIL", "notAfter")
                                .column("OF", row -> row.flag("everywhere") ? "the server" : "this tenant")
                                .column("NOTE", "note"),
                        "sha256");
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster trust vendors list%n%n",
            header = "Those of the whole server first, then the tenant's own.")
    void list() {
        print(session.api().get(Url.of("vendor-roots")));
    }

    @Command(
            name = "add",
            headerHeading = "Example: muster trust vendors add acme-root.pem --note 'contract 17'%n%n",
            header = "Adds certificates, all or none; packages that are here are judged anew.")
    void add(
            @Parameters(paramLabel = "FILE", description = "Certificates in PEM; - for standard input.") String file,
            @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why; kept and audited.")
                    String note) {
        print(session.api()
                .post(Url.of("vendor-roots"), Map.of("pem", FileInput.read(session.shell(), file), "note", note)));
    }

    @Command(
            name = "remove",
            headerHeading = "Example: muster trust vendors remove 5f2a%n%n",
            header = "Removes one of the tenant; packages that are here are judged anew.")
    void remove(@Parameters(paramLabel = "SHA256", description = "Of the certificate.") String sha256) {
        if (!Waiting.told(session.printer(), session.api().delete(Url.of("vendor-roots", sha256)))) {
            session.printer().done("vendor root `" + sha256 + "` removed");
        }
    }
}
