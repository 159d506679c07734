package dev.muster.cli.capability;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.KeyFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "capability",
        headerHeading = "Example: muster capability inspect tablet.chain%n%n",
        header = "Rights that are handed on: keys, chains, proofs. `policy capabilities` lists what can be.",
        subcommands = {DelegateVerb.class, InspectVerb.class, ProveVerb.class, RequestVerbs.class})
public final class CapabilityCommand {
    private static final Table KEY =
            Table.of().column("Public key", "publicKey").column("Private key", "file");

    private final Session session;

    CapabilityCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "keygen",
            headerHeading = "Example: muster capability keygen tablet.key%n%n",
            header = "A new key pair to hold rights with; the file is for its owner only.")
    void keygen(@Parameters(paramLabel = "FILE", description = "Where to keep the private key.") Path file) {
        if (Files.exists(file)) {
            throw new CliException(ExitCode.USAGE, "`" + file + "` exists, and a private key is not written over");
        }
        Ed25519Signer signer = Ed25519Signer.generate();
        try {
            KeyFiles.save(file, signer);
        } catch (TrustException e) {
            throw new CliException(ExitCode.FAILED, "cannot write `" + file + "`: " + e.getMessage(), e);
        }
        show(signer, file);
    }

    @Command(
            name = "key",
            headerHeading = "Example: muster capability key tablet.key%n%n",
            header = "The public key of a private one: the `holder` of a Capability, or what --to is given.")
    void key(@Parameters(paramLabel = "FILE", description = "The private key.") Path file) {
        show(ChainFiles.key(file), file);
    }

    @Command(
            name = "revoke",
            headerHeading = "Example: muster capability revoke tablet.chain --reason 'tablet lost'%n%n",
            header = "A block of a chain, and all that was handed on from it, ends on every device, for good.")
    void revoke(
            @Parameters(paramLabel = "FILE", arity = "0..1", description = "The chain.") @Nullable String file,
            @Option(
                            names = "--block",
                            paramLabel = "N",
                            description = "Which of its blocks, 0 for all chains of this root; the last if left out.")
                    @Nullable Integer block,
            @Option(
                            names = "--capability",
                            paramLabel = "NAME",
                            description = "Instead of a chain: the one at its root.")
                    @Nullable String capability,
            @Option(names = "--id", paramLabel = "ID", description = "With --capability: the revocation id.") @Nullable String id,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why; kept with it.")
                    String reason) {
        Map<String, Object> body = new LinkedHashMap<>();
        String name;
        if (file != null && capability == null && id == null) {
            DelegationChain chain = ChainFiles.read(session.shell(), file);
            int blocks = chain.blocks().size();
            int chosen = block == null ? blocks : block;
            if (chosen < 0 || chosen > blocks) {
                throw new CliException(ExitCode.USAGE, "expected a --block from 0 to " + blocks + ", found " + chosen);
            }
            name = chain.root().capability();
            body.put("id", chain.ids().get(chosen));
        } else if (file == null && block == null && capability != null && id != null) {
            name = capability;
            body.put("id", id);
        } else {
            throw new CliException(ExitCode.USAGE, "expected either a chain, or --capability and --id");
        }
        body.put("reason", reason);
        session.printer()
                .one(
                        session.api().post(Url.of("policy", "capabilities", name, "revocations"), body),
                        Table.of()
                                .column("Capability", "capability")
                                .column("Revoked id", "id")
                                .column("Since", "since")
                                .column("Pending devices", "pending"),
                        "id");
    }

    private void show(Ed25519Signer signer, Path file) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("publicKey", ChainFiles.holder(signer).text());
        answer.put("file", file.toString());
        session.printer().one(answer, KEY, "publicKey");
    }
}
