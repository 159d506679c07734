package dev.muster.cli.importing;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "import",
        headerHeading =
                "Example: muster import hawkbit --from https://hawkbit.example --user admin --password-file pw --dry-run%n%n",
        header = "Bring over what another server knows.",
        subcommands = ImportCommand.Hawkbit.class)
public final class ImportCommand {
    ImportCommand() {}

    @Command(
            name = "hawkbit",
            headerHeading =
                    "Example: muster import hawkbit --from https://hawkbit.example --user admin --password-file pw --dry-run%n%n",
            header =
                    "Targets with their tags, software modules and distribution sets of a hawkBit server; nothing is changed there.")
    static final class Hawkbit implements Runnable {
        private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._+-]{0,63}";

        private final Session session;
        private final List<Map<String, Object>> done = new ArrayList<>();

        @Option(names = "--from", paramLabel = "URL", required = true, description = "hawkBit's address.")
        private URI from = URI.create("http://localhost");

        @Option(names = "--user", paramLabel = "USER", required = true, description = "Who may read there.")
        private String user = "";

        @Option(names = "--password-file", paramLabel = "FILE", required = true, description = "Holds the password.")
        private Path passwordFile = Path.of("");

        @Option(
                names = "--hardware",
                paramLabel = "NAME",
                defaultValue = "ddi",
                description = "That the images are for; as in `muster ddi set --hardware` (default: ddi).")
        private String hardware = "ddi";

        @Option(names = "--dry-run", description = "Only say what would be done.")
        private boolean dryRun;

        Hawkbit(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            HawkbitServer hawkbit = new HawkbitServer(from, user, password());
            targets(hawkbit);
            sets(hawkbit);
            session.printer()
                    .list(
                            Map.of("items", done),
                            Table.of()
                                    .column("WHAT", "what")
                                    .column("NAME", "name")
                                    .column("BECOMES", "becomes")
                                    .column("RESULT", "result"),
                            "name");
            session.printer().done(dryRun ? "\nNothing was changed: --dry-run." : "");
        }

        private String password() {
            try {
                return Files.readString(passwordFile).strip();
            } catch (IOException e) {
                throw new CliException(ExitCode.USAGE, "cannot read `" + passwordFile + "`", e);
            }
        }

        private void targets(HawkbitServer hawkbit) {
            Map<String, Set<String>> tags = new TreeMap<>();
            for (Row tag : hawkbit.all("/targettags")) {
                for (Row target : hawkbit.all("/targettags/" + tag.text("id") + "/assigned")) {
                    tags.computeIfAbsent(target.text("controllerId"), id -> new TreeSet<>())
                            .add(word(tag.text("name")));
                }
            }
            for (Row target : hawkbit.all("/targets")) {
                String controller = target.text("controllerId");
                Set<String> labels = tags.getOrDefault(controller, Set.of());
                note(
                        "target",
                        controller,
                        "device" + (labels.isEmpty() ? "" : " with tags " + String.join(", ", labels)),
                        () -> {
                            Row made = new Row(
                                    session.api().post(Url.of("ddi", "clients"), Map.of("controller", controller)));
                            Map<String, Object> patch = new LinkedHashMap<>();
                            if (!target.text("name").equals(Row.NONE)) {
                                patch.put("name", target.text("name"));
                            }
                            if (!labels.isEmpty()) {
                                patch.put("tags", List.copyOf(labels));
                            }
                            session.api().patch(Url.of("devices", made.text("device")), patch);
                        });
            }
        }

        private void sets(HawkbitServer hawkbit) {
            for (Row set : hawkbit.all("/distributionsets")) {
                String name = word(set.text("name"));
                String version = word(set.text("version"));
                List<Artifact> artifacts = new ArrayList<>();
                for (Row module : set.rows("modules")) {
                    String path = "/softwaremodules/" + module.text("id") + "/artifacts";
                    for (Row artifact : hawkbit.list(path)) {
                        artifacts.add(new Artifact(
                                word(artifact.text("providedFilename")),
                                word(module.text("version")),
                                path + "/" + artifact.text("id") + "/download"));
                    }
                }
                if (artifacts.size() != 1) {
                    // A device has one image; which of several it would be, nobody here knows.
                    skip("set", name + " " + version, "expected one artifact, found " + artifacts.size());
                    continue;
                }
                Artifact only = artifacts.getFirst();
                note("set", name + " " + version, "release of image " + only.file(), () -> session.api()
                        .post(
                                Url.of("releases"),
                                Map.of(
                                        "name",
                                        name,
                                        "version",
                                        version,
                                        "targets",
                                        List.of(Map.of("sha256", upload(hawkbit, only))))));
            }
        }

        /** The file of a software module. */
        private record Artifact(String file, String version, String path) {}

        private String upload(HawkbitServer hawkbit, Artifact artifact) {
            try {
                Path file = Files.createTempFile("muster-import", ".bin");
                try {
                    hawkbit.download(artifact.path(), file);
                    Url url = Url.of("artifacts")
                            .with("kind", "image")
                            .with("name", artifact.file())
                            .with("hardware", hardware)
                            .with("version", artifact.version())
                            .with("releaseCounter", 0);
                    return new Row(session.api().upload(url, "application/octet-stream", file)).text("sha256");
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new CliException(ExitCode.FAILED, "cannot keep the download: " + e.getMessage(), e);
            }
        }

        /** What names here may be made of. */
        private static String word(String text) {
            if (text.matches(NAME)) {
                return text;
            }
            String word = text.replaceAll("[^A-Za-z0-9._+-]+", "-").replaceAll("^[^A-Za-z0-9]+", "");
            return word.isEmpty() ? "x" : word.substring(0, Math.min(64, word.length()));
        }

        private void note(String what, String name, String becomes, Runnable work) {
            String result = "would be made";
            if (!dryRun) {
                try {
                    work.run();
                    result = "made";
                } catch (CliException e) {
                    // One that is there already, or cannot be, keeps no other from coming.
                    result = "left out: " + e.line();
                }
            }
            add(what, name, becomes, result);
        }

        private void skip(String what, String name, String why) {
            add(what, name, "-", "left out: " + why);
        }

        private void add(String what, String name, String becomes, String result) {
            done.add(new LinkedHashMap<>(Map.of("what", what, "name", name, "becomes", becomes, "result", result)));
        }
    }
}
