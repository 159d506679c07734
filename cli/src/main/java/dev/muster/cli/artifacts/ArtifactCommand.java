package dev.muster.cli.artifacts;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "artifact",
        headerHeading = "Example: muster artifact upload app camera.hap%n%n",
        header = "Images and apps: upload and list.",
        subcommands = {
            ArtifactCommand.Upload.class,
            ArtifactCommand.ListVerb.class,
            ArtifactCommand.ShowVerb.class,
            UploadVerbs.Uploads.class,
            UploadVerbs.Abandon.class,
            RemoveVerb.class,
            GcVerb.class
        })
public final class ArtifactCommand {
    private static final Table DETAILS = Table.of()
            .column("SHA-256", "sha256")
            .column("Kind", "kind")
            .column("Name", "name")
            .column("Version", "version")
            .column("Hardware", "hardware")
            .column("Counter", "releaseCounter")
            .column("Size", row -> Show.bytes(row.number("length")))
            .column("Path", "path")
            .column("Signer", "signer")
            .column("Signature", ArtifactCommand::signature)
            .column("App", ArtifactCommand::app)
            .column("Profile", ArtifactCommand::profile)
            .column("OTA", ArtifactCommand::ota)
            .column("Used by", ArtifactCommand::usedBy)
            .column("Uploaded", "uploadedAt")
            .column("By", row -> row.named("uploadedByName", "uploadedBy"));

    private static String app(Row row) {
        return row.at("app") == null
                ? Row.NONE
                : row.text("app.bundle") + " " + row.text("app.versionName") + ", " + row.text("app.permissions");
    }

    private static void putGiven(Map<String, Object> what, String member, String option) {
        if (!option.isEmpty()) {
            what.put(member, option);
        }
    }

    /** The first two, and how many more; an answer to an upload does not say. */
    static String usedBy(Row row) {
        List<Row> uses = row.rows("usedBy");
        String named = uses.stream().limit(2).map(use -> use.text("text")).collect(Collectors.joining(", "));
        return uses.isEmpty() ? Row.NONE : named + (uses.size() > 2 ? " and " + (uses.size() - 2) + " more" : "");
    }

    /** The verdict, and whose certificate it rests on. */
    private static String signature(Row row) {
        String at = row.at("ota") == null ? "app.signature" : "ota.signature";
        if (row.at(at + ".verdict") == null) {
            return Row.NONE;
        }
        return row.at(at + ".signer") == null
                ? row.text(at + ".verdict")
                : row.text(at + ".verdict") + ": " + row.text(at + ".signer") + ", root " + row.text(at + ".root")
                        + ", certificate " + Show.shortHash(row.text(at + ".certificateSha256"));
    }

    private static String profile(Row row) {
        if (row.at("app.profile") == null) {
            return Row.NONE;
        }
        return (row.flag("app.profile.debug") ? "debug" : "release") + ", " + row.text("app.profile.distribution")
                + ", APL " + row.text("app.profile.apl") + ", ACLs " + row.text("app.profile.acls") + ", until "
                + row.text("app.profile.notAfter");
    }

    private static String ota(Row row) {
        if (row.at("ota") == null) {
            return Row.NONE;
        }
        return (row.flag("ota.diff") ? "diff to " : "full ") + row.text("ota.softwareVersion") + " for boards "
                + row.text("ota.boards") + ", over versions " + row.text("ota.versions") + ", "
                + row.rows("ota.components").size() + " components";
    }

    @Command(
            name = "upload",
            headerHeading = "Example: muster artifact upload app camera.hap%n%n",
            header = "Bring an image or an app to the server; an upload that broke off goes on where it was.",
            subcommands = {UploadImage.class, UploadApp.class})
    static final class Upload {}

    @Command(
            name = "image",
            headerHeading =
                    "Example: muster artifact upload image os.img --name os --version 2.0.0 --hardware board-a --release-counter 2%n%n",
            header = "Upload an OS image or an OTA package.")
    static final class UploadImage implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "The image.")
        private Path file = Path.of("");

        @Option(
                names = "--name",
                paramLabel = "NAME",
                description = "What the image is called; of an OTA package `os`.")
        private String name = "";

        @Option(
                names = "--version",
                paramLabel = "VERSION",
                description = "Its version; an OTA package says it itself.")
        private String version = "";

        @Option(
                names = "--hardware",
                paramLabel = "ID",
                description = "The hardware it fits; '*' for any. An OTA package for one board says it itself.")
        private String hardware = "";

        @Option(
                names = "--release-counter",
                paramLabel = "N",
                required = true,
                description = "Devices refuse a lower one than they have.")
        private long releaseCounter;

        UploadImage(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> what = new LinkedHashMap<>();
            what.put("kind", "image");
            putGiven(what, "name", name);
            putGiven(what, "version", version);
            putGiven(what, "hardware", hardware);
            what.put("releaseCounter", releaseCounter);
            session.printer().one(ResumableUpload.of(session, file, what).send(), DETAILS, "sha256");
        }
    }

    @Command(
            name = "app",
            headerHeading = "Example: muster artifact upload app camera.hap%n%n",
            header = "Upload a .hap, .hsp or .app; name, version, permissions and signer come from the package itself.")
    static final class UploadApp implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "The package.")
        private Path file = Path.of("");

        UploadApp(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .one(
                            ResumableUpload.of(session, file, Map.of("kind", "app"))
                                    .send(),
                            DETAILS,
                            "sha256");
        }
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster artifact list%n%n",
            header = "All artifacts, newest first.")
    static final class ListVerb implements Runnable {
        private final Session session;

        @Mixin
        private final Paging paging = new Paging();

        ListVerb(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("artifacts"))),
                            Table.of()
                                    .column("SHA-256", row -> Show.shortHash(row.text("sha256")))
                                    .column("KIND", "kind")
                                    .column("NAME", "name")
                                    .column("VERSION", "version")
                                    .column("HARDWARE", "hardware")
                                    .column("SIZE", row -> Show.bytes(row.number("length")))
                                    .column("SIGNER", "signer")
                                    .column("USED BY", ArtifactCommand::usedBy)
                                    .column("UPLOADED", row -> Show.ago(row.text("uploadedAt"), session.now())),
                            "sha256");
        }
    }

    @Command(name = "show", headerHeading = "Example: muster artifact show SHA256%n%n", header = "One artifact.")
    static final class ShowVerb implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "SHA256", description = "The whole hash.")
        private String sha256 = "";

        ShowVerb(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer().one(session.api().get(Url.of("artifacts", sha256)), DETAILS, "sha256");
        }
    }
}
