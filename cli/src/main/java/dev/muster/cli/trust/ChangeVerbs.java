package dev.muster.cli.trust;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.session.Session;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster trust rotate}, {@code delegate} and {@code renew}: each makes drafts, see {@code muster trust drafts}. */
final class ChangeVerbs {
    private ChangeVerbs() {}

    @Command(
            name = "rotate",
            headerHeading = "Example: muster trust rotate --root alice.pub.json --root bob.pub.json --root-threshold 2"
                    + " --targets alice.pub.json --director-root alice.pub.json --publisher default=pump.pub.json%n%n",
            header = "Other keys for root, targets, publishers and the director's root, or new ones of the server.",
            description = "From starter to strict mode this is the one step. What is left out keeps its keys.")
    static final class Rotate implements Runnable {
        private final Session session;

        @Option(names = "--root", paramLabel = "FILE", description = "Public key of the images' root; repeatable.")
        private List<Path> root = List.of();

        @Option(names = "--root-threshold", paramLabel = "N", defaultValue = "1", description = "How many must sign.")
        private int rootThreshold;

        @Option(names = "--targets", paramLabel = "FILE", description = "Public key of the targets role; repeatable.")
        private List<Path> targets = List.of();

        @Option(
                names = "--targets-threshold",
                paramLabel = "N",
                defaultValue = "1",
                description = "How many must sign.")
        private int targetsThreshold;

        @Option(names = "--director-root", paramLabel = "FILE", description = "Of the director's root; repeatable.")
        private List<Path> directorRoot = List.of();

        @Option(
                names = "--director-root-threshold",
                paramLabel = "N",
                defaultValue = "1",
                description = "How many must sign.")
        private int directorRootThreshold;

        @Option(
                names = "--publisher",
                paramLabel = "NAME=FILE",
                description = "The one key of a publisher; repeatable. Several keys: muster trust delegate.")
        private Map<String, Path> publishers = Map.of();

        @Option(
                names = "--online",
                paramLabel = "KEY",
                split = ",",
                description = "A key that the server holds and makes anew, such as policy or director-targets, or all; "
                        + "alone, and repeatable.")
        private List<String> online = List.of();

        Rotate(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            put(body, "root", root, rootThreshold);
            put(body, "targets", targets, targetsThreshold);
            put(body, "directorRoot", directorRoot, directorRootThreshold);
            if (!publishers.isEmpty()) {
                Map<String, Object> holders = new LinkedHashMap<>();
                publishers.forEach((name, file) -> holders.put(name, PublicKeys.holders(List.of(file), 1)));
                body.put("publishers", holders);
            }
            if (body.isEmpty() == online.isEmpty()) {
                throw new CliException(
                        ExitCode.USAGE,
                        "expected --root, --targets, --director-root or --publisher, or --online alone, found "
                                + (body.isEmpty() ? "none" : "both"));
            }
            if (!online.isEmpty()) {
                body.put("online", online);
            }
            DraftVerbs.print(session, session.api().post(Url.of("trust", "rotations"), body));
        }

        private static void put(Map<String, Object> body, String name, List<Path> files, int threshold) {
            if (!files.isEmpty()) {
                body.put(name, PublicKeys.holders(files, threshold));
            }
        }
    }

    @Command(
            name = "delegate",
            headerHeading = "Example: muster trust delegate acme --key acme1.pub.json --key acme2.pub.json"
                    + " --threshold 2%n%n",
            header = "A publisher of images/NAME/* and apps/NAME/*, or other keys for it, or its end.")
    static final class Delegate implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "NAME", description = "The publisher.")
        private String name = "";

        @Option(names = "--key", paramLabel = "FILE", description = "Its public key; repeatable.")
        private List<Path> keys = List.of();

        @Option(names = "--threshold", paramLabel = "N", defaultValue = "1", description = "How many must sign.")
        private int threshold;

        @Option(names = "--remove", description = "Take its word away: what it signed is not accepted any more.")
        private boolean remove;

        Delegate(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (keys.isEmpty() != remove) {
                throw new CliException(ExitCode.USAGE, "expected --key or --remove, found neither or both");
            }
            if (remove) {
                session.api().delete(Url.of("trust", "publishers", name));
                session.printer().done("publisher `" + name + "` is being revoked: see `muster trust drafts`");
            } else {
                DraftVerbs.print(
                        session,
                        session.api().put(Url.of("trust", "publishers", name), PublicKeys.holders(keys, threshold)));
            }
        }
    }

    @Command(
            name = "renew",
            headerHeading = "Example: muster trust renew images targets%n%n",
            header = "The same file of an offline role once more, with a later expiry.")
    static final class Renew implements Runnable {
        private final Session session;

        @Parameters(index = "0", paramLabel = "REPOSITORY", description = "images or director.")
        private String repository = "";

        @Parameters(index = "1", paramLabel = "ROLE", description = "root, targets or publisher-NAME.")
        private String role = "";

        Renew(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            DraftVerbs.print(
                    session,
                    session.api().post(Url.of("trust", "renewals"), Map.of("repository", repository, "role", role)));
        }
    }
}
