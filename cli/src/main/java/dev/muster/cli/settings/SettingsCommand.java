package dev.muster.cli.settings;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "settings",
        headerHeading = "Example: muster settings set site north agent.sampleSeconds=30%n%n",
        header = "Settings per tenant, site, group or device: edit, preview, roll out.",
        subcommands = {
            LookVerbs.Documents.class,
            LookVerbs.Schema.class,
            SettingsCommand.Get.class,
            SettingsCommand.Set.class,
            SettingsCommand.Put.class,
            SettingsCommand.Apply.class,
            RolloutVerbs.Diff.class,
            RolloutVerbs.Preview.class,
            RolloutVerbs.Rollout.class
        })
public final class SettingsCommand {

    @Command(
            name = "get",
            headerHeading = "Example: muster settings get site north%n%n",
            header = "One document, as JSON.")
    static final class Get implements Runnable {
        private final Session session;

        @Parameters(index = "0", paramLabel = "LEVEL", description = "tenant, site, group or device.")
        private String level = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "Whose.")
        private String name = "";

        Get(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer().whole(session.api().get(Url.of("settings", level, name)));
        }
    }

    @Command(
            name = "put",
            headerHeading = "Example: muster settings put site north settings.json%n%n",
            header = "Replace one document; `-` reads standard input.")
    static final class Put implements Runnable {
        private final Session session;

        @Parameters(index = "0", paramLabel = "LEVEL", description = "tenant, site, group or device.")
        private String level = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "Whose.")
        private String name = "";

        @Parameters(index = "2", paramLabel = "FILE", description = "A JSON document, or - for standard input.")
        private String file = "-";

        Put(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            String document = FileInput.read(session.shell(), file);
            session.api().put(Url.of("settings", level, name), "application/json", document);
            session.printer().done("settings of " + level + " " + name + " replaced");
        }
    }

    @Command(
            name = "set",
            headerHeading = "Example: muster settings set tenant default agent.sampleSeconds=30 custom.pit=north%n%n",
            header = "Set single values of one document; PATH= takes one away.",
            footer =
                    "A value is JSON where it can be read as such, else text. Nothing reaches devices before a rollout.")
    static final class Set implements Runnable {
        private final Session session;

        @Parameters(index = "0", paramLabel = "LEVEL", description = "tenant, site, group or device.")
        private String level = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "Whose.")
        private String name = "";

        @Parameters(index = "2..*", arity = "1..*", paramLabel = "PATH=VALUE", description = "Members joined by dots.")
        private List<String> values = List.of();

        Set(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Url url = Url.of("settings", level, name);
            Map<String, Object> document = new LinkedHashMap<>();
            long revision = 0;
            try {
                Map<String, Object> found = session.api().get(url);
                revision = new Row(found).number("revision");
                document = SettingsEdit.copy(found.get("document"));
            } catch (CliException e) {
                if (e.exitCode() != ExitCode.NOT_FOUND) {
                    throw e;
                }
            }
            for (String value : values) {
                SettingsEdit.set(document, value);
            }
            // Revision 0 stands for a document that is not there: made by somebody meanwhile, it is not overwritten.
            session.api().put(url, document, revision);
            session.printer().done("settings of " + level + " " + name + " changed");
        }
    }

    @Command(
            name = "apply",
            headerHeading = "Example: muster settings apply settings.json%n%n",
            header = "Replace several documents at once; `-` reads standard input.",
            footer =
                    "The file holds an object whose members are LEVEL/NAME, such as `site/north`. Each is replaced for itself.")
    static final class Apply implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "A JSON document, or - for standard input.")
        private String file = "-";

        Apply(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            SettingsEdit.documents(FileInput.read(session.shell(), file)).forEach((owner, document) -> {
                session.api()
                        .put(
                                Url.of("settings", owner.level(), owner.name()),
                                "application/json",
                                SettingsEdit.json(document));
                session.printer().done("settings of " + owner.level() + " " + owner.name() + " replaced");
            });
        }
    }
}
