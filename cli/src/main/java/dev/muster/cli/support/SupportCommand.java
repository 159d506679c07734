package dev.muster.cli.support;

import picocli.CommandLine.Command;

@Command(
        name = "support",
        headerHeading = "Example: muster support bundle --to support.tar.gz%n%n",
        header = "What whoever helps you needs to know.",
        subcommands = BundleVerb.class)
public final class SupportCommand {}
