package dev.muster.cli.releases;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.session.Session;
import dev.muster.trust.TrustException;
import dev.muster.trust.keys.PemSigner;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.signing.Draft;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster release sign} and {@code submit}: drafts on their way to the keys and back. */
final class SignVerbs {
    private SignVerbs() {}

    private static Draft read(Path file) {
        try {
            return Draft.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read `" + file + "`: " + e.getMessage(), e);
        } catch (TrustException e) {
            throw new CliException(ExitCode.USAGE, "cannot use `" + file + "`: " + e.getMessage(), e);
        }
    }

    @Command(
            name = "sign",
            headerHeading = "Example: muster release sign targets.draft.json --key alice.pem%n%n",
            header = "Signs a draft with a key of this machine. Needs no server and no network.",
            description =
                    "Shows what is signed. The file then goes to the next signer, or back: muster release submit.")
    static final class Sign implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "The draft, from muster trust draft.")
        private Path file = Path.of("");

        @Option(
                names = "--key",
                paramLabel = "FILE",
                required = true,
                description = "Private key, PEM: Ed25519, P-256 or RSA; its owner alone may read it.")
        private Path key = Path.of("");

        @Option(names = "--out", paramLabel = "FILE", description = "Where to write it; in place if left out.")
        private @Nullable Path out;

        Sign(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Draft draft = read(file);
            Path into = out == null ? file : out;
            show(draft, session.out());
            try {
                Draft signed = draft.withSignature(PemSigner.load(key));
                write(into, signed.file());
                for (Draft.Progress progress : signed.progress()) {
                    session.printer()
                            .done(progress.text() + " by the keys of "
                                    + progress.need().keysOf());
                }
                session.printer().done("wrote " + into + (signed.isComplete() ? ", complete" : ""));
            } catch (TrustException e) {
                throw new CliException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
            }
        }

        // What people put their name to, from the bytes that are signed and nothing else.
        private static void show(Draft draft, PrintWriter out) {
            out.println("signing `" + draft.role() + "` version " + draft.version() + " of the " + draft.repository()
                    + " repository, valid until " + draft.metadata().expires());
            switch (draft.metadata()) {
                case Root root ->
                    new TreeMap<>(root.roles()).forEach((name, role) -> out.println("  " + name + ": " + keys(role)));
                case Targets targets -> {
                    targets.delegations()
                            .roles()
                            .forEach(role -> out.println(
                                    "  " + role.name() + " may sign " + role.paths() + ": " + keys(role.keys())));
                    // Said beside what is signed: only shown where the signed list bears it out.
                    draft.removes().stream()
                            .filter(path -> !targets.targets().containsKey(path))
                            .forEach(path -> out.println("  " + path + "  is taken away"));
                    targets.targets()
                            .forEach((path, target) ->
                                    out.println("  " + path + "  " + target.length() + " bytes  " + target.hashes()));
                }
                default -> throw new CliException(ExitCode.USAGE, "expected a root or a targets file, found another");
            }
            out.flush();
        }

        private static String keys(RoleKeys role) {
            return role.threshold() + " of "
                    + role.keyIds().stream().map(Show::shortHash).toList();
        }

        private static void write(Path file, byte[] bytes) {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            try {
                Files.write(part, bytes);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new CliException(ExitCode.FAILED, "cannot write `" + file + "`: " + e.getMessage(), e);
            }
        }
    }

    @Command(
            name = "submit",
            headerHeading = "Example: muster release submit targets.draft.json%n%n",
            header = "Brings a signed draft back to the server, which publishes it once it has enough signatures.")
    static final class Submit implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "The signed draft.")
        private Path file = Path.of("");

        Submit(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Draft draft = read(file);
            List<Row> open = new Row(session.api().get(Url.of("trust", "drafts")))
                    .rows("items").stream()
                            .filter(row -> row.text("state").equals("open")
                                    && row.text("repository").equals(draft.repository())
                                    && row.text("role").equals(draft.role()))
                            .toList();
            if (open.isEmpty()) {
                throw new CliException(
                        ExitCode.NOT_FOUND, "no open draft of `" + draft.role() + "`: see `muster trust drafts`");
            }
            Map<String, Object> answer = session.api()
                    .upload(
                            Url.of("trust", "drafts", open.getFirst().text("id"), "signatures"),
                            "application/json",
                            file);
            session.printer()
                    .done("`" + draft.role() + "` version " + draft.version() + ": " + new Row(answer).text("waiting"));
        }
    }
}
