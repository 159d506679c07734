package dev.muster.cli.support;

import dev.muster.cli.session.Session;
import picocli.CommandLine.Command;

@Command(
        name = "support",
        headerHeading = "Example: muster support bundle --to support.tar.gz%n%n",
        header = "What whoever helps you needs to know.",
        subcommands = BundleVerb.class)
public final class SupportCommand {
    SupportCommand(Session session) {
        // A group of verbs; each takes the session itself.
    }
}
