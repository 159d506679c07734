package dev.muster.cli.trust;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.session.Session;
import dev.muster.trust.TrustException;
import dev.muster.trust.keys.PemSigner;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster trust init} and {@code root}: keys of people, and what devices are anchored to. */
final class KeyVerbs {
    private KeyVerbs() {}

    @Command(
            name = "init",
            headerHeading = "Example: muster trust init alice.pem --type ed25519%n%n",
            header = "A new signing key, on the machine where it will be used. Needs no server.",
            description = "Writes the private key for its owner only, and the public key beside it as .pub.json.")
    static final class Init implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "Where the private key goes; must not exist.")
        private Path file = Path.of("");

        @Option(
                names = "--type",
                paramLabel = "TYPE",
                defaultValue = "ed25519",
                description = "ed25519, ecdsa or rsa (${DEFAULT-VALUE}).")
        private PemSigner.Kind kind = PemSigner.Kind.ED25519;

        Init(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            PemSigner signer = PemSigner.generate(kind);
            Path publicFile = PublicKeys.beside(file);
            try {
                signer.save(file.toAbsolutePath());
            } catch (TrustException e) {
                throw new CliException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
            }
            PublicKeys.write(publicFile, signer.publicKey());
            session.printer().done("wrote " + file + " (keep it offline) and " + publicFile + " (hand it on)");
            session.printer().done("key id " + signer.publicKey().keyId());
        }
    }

    @Command(
            name = "root",
            headerHeading = "Example: muster trust root images --out root.json%n%n",
            header = "The newest root file of a repository: what a device can be anchored to.")
    static final class Root implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "REPOSITORY", description = "images or director.")
        private String repository = "";

        @Option(names = "--out", paramLabel = "FILE", description = "Where to write it; standard output if left out.")
        private @Nullable Path out;

        Root(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Url url = Url.of("trust", "roots", repository);
            if (out == null) {
                session.api().text(url, session.out());
            } else {
                session.api().download(url, out);
                session.printer().done("wrote " + out);
            }
        }
    }
}
