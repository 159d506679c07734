package dev.muster.cli.releases;

import dev.muster.cli.channels.ChannelCommand;
import dev.muster.cli.http.Url;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster release promote} and {@code demote}: how a release moves through channels. */
final class ChannelVerbs {
    private ChannelVerbs() {}

    /** Which release, and why. */
    static final class Which {
        @Parameters(paramLabel = "ID", description = "The release's id.")
        private String id = "";

        @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why; kept and audited.")
        private String note = "";

        void move(Session session, String action, @Nullable String to) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("note", note);
            if (to != null) {
                body.put("to", to);
            }
            ChannelCommand.print(session, session.api().post(Url.of("channels", "releases", id, action), body));
        }
    }

    @Command(
            name = "promote",
            headerHeading = "Example: muster release promote 0198c0de-0000-7000-8000-000000000000 --to beta"
                    + " --note 'two weeks on the bench'%n%n",
            header = "Into the first channel, or to the next one. No device changes by that alone.")
    static final class Promote implements Runnable {
        private final Session session;

        @Mixin
        private final Which which = new Which();

        @Option(
                names = "--to",
                paramLabel = "CHANNEL",
                description = "The channel it is expected to get to; refused if that is not the next one.")
        private @Nullable String to;

        Promote(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            which.move(session, "promote", to);
        }
    }

    @Command(
            name = "demote",
            headerHeading = "Example: muster release demote 0198c0de-0000-7000-8000-000000000000 --to dev%n%n",
            header = "Back to an earlier channel. Devices that have it keep it.")
    static final class Demote implements Runnable {
        private final Session session;

        @Mixin
        private final Which which = new Which();

        @Option(names = "--to", paramLabel = "CHANNEL", required = true, description = "Where it goes back to.")
        private String to = "";

        Demote(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            which.move(session, "demote", to);
        }
    }
}
