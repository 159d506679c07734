package dev.muster.cli.settings;

import dev.muster.cli.http.Url;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "settings",
        headerHeading = "Example: muster settings put site north settings.json%n%n",
        header = "Settings documents per tenant, site, group or device.",
        subcommands = {SettingsCommand.Get.class, SettingsCommand.Put.class})
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
            session.printer().json(session.api().get(Url.of("settings", level, name)));
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
}
