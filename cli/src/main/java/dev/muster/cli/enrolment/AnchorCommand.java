package dev.muster.cli.enrolment;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "anchor",
        headerHeading = "Example: muster enrol anchor list%n%n",
        header = "Makers of devices whose certificates let devices in.")
final class AnchorCommand {
    private final Session session;

    AnchorCommand(Session session) {
        this.session = session;
    }

    @Command(name = "list", headerHeading = "Example: muster enrol anchor list%n%n", header = "Every maker.")
    void list() {
        session.printer()
                .list(
                        session.api().get(Url.of("factory-anchors")),
                        Table.of()
                                .column("NAME", "name")
                                .column("SERIAL FROM", "serialFrom")
                                .column("APPROVAL", "approval")
                                .column("SITE", "site")
                                .column("TAGS", "tags")
                                .column("REVOKED", "revoked")
                                .column("FINGERPRINT", "fingerprint"),
                        "name");
    }

    @Command(
            name = "add",
            headerHeading =
                    "Example: muster enrol anchor add acme acme-ca.pem --serial-from serial-number --tag acme%n%n",
            header = "Registers a maker by the certificate of its authority; a person approves each device.")
    void add(
            @Parameters(index = "0", paramLabel = "NAME", description = "What it is called here.") String name,
            @Parameters(index = "1", paramLabel = "CA.pem", description = "One certificate in PEM.") String file,
            @Option(
                            names = "--serial-from",
                            paramLabel = "PLACE",
                            defaultValue = "cn",
                            description =
                                    "Where a device's serial number stands: cn, serial-number, san-dns, san-uri (default: cn).")
                    String from,
            @Option(names = "--site", paramLabel = "SITE", description = "Where its devices will be.") @Nullable String site,
            @Option(names = "--tag", paramLabel = "TAG", description = "A tag its devices will have; repeatable.")
                    @Nullable List<String> tags,
            @Option(names = "--no-approval", description = "Its devices come in without a person.") boolean open) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("certificate", FileInput.read(session.shell(), file));
        body.put("serialFrom", from);
        body.put("approval", !open);
        if (site != null) {
            body.put("site", site);
        }
        if (tags != null) {
            body.put("tags", tags);
        }
        session.api().post(Url.of("factory-anchors"), body);
        session.printer().done("registered " + name);
    }

    @Command(
            name = "remove",
            headerHeading = "Example: muster enrol anchor remove acme%n%n",
            header = "No more devices of this maker; those enrolled stay.")
    void remove(@Parameters(paramLabel = "NAME", description = "The maker.") String name) {
        session.api().delete(Url.of("factory-anchors", name));
        session.printer().done("removed " + name);
    }

    @Command(
            name = "revoke",
            headerHeading = "Example: muster enrol anchor revoke acme 5f3a09%n%n",
            header = "One factory certificate lets nobody in any more.")
    void revoke(
            @Parameters(index = "0", paramLabel = "NAME", description = "The maker.") String name,
            @Parameters(index = "1", paramLabel = "SERIAL", description = "Of the certificate, in hex.")
                    String serial) {
        session.api().post(Url.of("factory-anchors", name, "revocations"), Map.of("serial", serial));
        session.printer().done("revoked " + serial + " of " + name);
    }
}
