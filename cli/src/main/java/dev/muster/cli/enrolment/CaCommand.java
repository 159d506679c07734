package dev.muster.cli.enrolment;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ca",
        headerHeading = "Example: muster ca status%n%n",
        header = "The certificate authorities of the server: below a company's root, rotated, retired.")
public final class CaCommand {
    private final Session session;

    CaCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "status",
            headerHeading = "Example: muster ca status%n%n",
            header = "Every authority: which issues, which serves, how many devices still have one's certificate.")
    void status() {
        session.printer()
                .list(
                        session.api().get(Url.of("ca")),
                        Table.of()
                                .column("ID", "authority.id")
                                .column("STATE", "authority.state")
                                .column("SERVES", "authority.serves")
                                .column("DEVICES", "devices")
                                .column("CERTIFICATES", "certificates")
                                .column("ENDS", "authority.ends")
                                .column("SUBJECT", "authority.subject")
                                .column("ROOT", "authority.root"),
                        "authority.id");
    }

    @Command(
            name = "request",
            headerHeading = "Example: muster ca request%n%n",
            header = "Prints a request (PKCS#10) for a company's root to sign; the key stays on the server.")
    void request() {
        Map<String, Object> answer = session.api().post(Url.of("ca", "request"), Map.of());
        session.printer().done(new Row(answer).text("csr").strip());
        if (session.printer().shape() != Format.Shape.PEOPLE) {
            session.printer().one(answer, Table.of().column("Request", "csr"), "csr");
        }
    }

    @Command(
            name = "install",
            headerHeading = "Example: muster ca install chain.pem%n%n",
            header = "Installs what the company's root answered: our certificate first, the root last.")
    void install(@Parameters(paramLabel = "CHAIN.pem", description = "Certificates in PEM.") String chain) {
        Map<String, Object> answer =
                session.api().post(Url.of("ca", "install"), Map.of("chain", FileInput.read(session.shell(), chain)));
        done(answer);
    }

    @Command(
            name = "rotate",
            headerHeading = "Example: muster ca rotate%n%n",
            header = "A new issuing key; no device enrols anew.")
    void rotate(@Option(names = "--new-root", description = "With a new root too.") boolean newRoot) {
        done(session.api().post(Url.of("ca", "rotate"), Map.of("newRoot", newRoot)));
    }

    @Command(
            name = "retire",
            headerHeading = "Example: muster ca retire 1%n%n",
            header = "Believe an authority no more; refused while devices have its certificate.")
    void retire(
            @Parameters(paramLabel = "ID", description = "The authority's id.") String id,
            @Option(names = "--force", description = "Leave devices behind, which must enrol anew.") boolean force) {
        session.api().post(Url.of("ca", id, "retire"), Map.of("force", force));
        session.printer().done("retired authority " + id);
    }

    private void done(Map<String, Object> answer) {
        Row row = new Row(answer);
        session.printer()
                .done("authority " + row.text("authority.id") + " (" + row.text("authority.subject") + ") issues from "
                        + row.text("authority.issuesFrom"));
    }
}
