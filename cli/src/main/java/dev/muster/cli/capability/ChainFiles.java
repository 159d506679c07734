package dev.muster.cli.capability;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.policy.Lint;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Shell;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.delegation.DelegationException;
import dev.muster.policy.delegation.DelegationRoot;
import dev.muster.policy.delegation.HolderKey;
import dev.muster.policy.language.ParseResult;
import dev.muster.policy.language.PolicyParser;
import dev.muster.policy.language.PolicySource;
import dev.muster.policy.model.Capability;
import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.KeyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** The files these verbs read and write: a chain is one line of base64url, a private key an owner-only PEM. */
final class ChainFiles {
    private ChainFiles() {}

    static DelegationChain read(Shell shell, String file) {
        String text = FileInput.read(shell, file).strip();
        try {
            return DelegationChain.read(Base64.getUrlDecoder().decode(text));
        } catch (DelegationException | IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "cannot read `" + file + "`: a chain as `capability delegate` writes it expected: "
                            + e.getMessage(),
                    e);
        }
    }

    static void write(Path file, DelegationChain chain) {
        try {
            Files.writeString(file, text(chain) + "\n");
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot write `" + file + "`: " + e.getMessage(), e);
        }
    }

    /** The one line that is a chain. */
    static String text(DelegationChain chain) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(chain.write());
    }

    static Ed25519Signer key(Path file) {
        if (!Files.exists(file)) {
            throw new CliException(
                    ExitCode.USAGE, "cannot read `" + file + "`: no such file; `muster capability keygen` makes one");
        }
        try {
            return KeyFiles.load(file);
        } catch (TrustException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    static HolderKey holder(Ed25519Signer signer) {
        return HolderKey.of(HexFormat.of().parseHex(signer.publicKey().publicKey()));
    }

    /** The one capability with a holder among documents; the others define what its condition asks for. */
    static Capability document(Shell shell, List<String> files) {
        List<Capability> found = new ArrayList<>();
        for (ParseResult.ParsedDocument one : documents(shell, files).documents()) {
            if (one.document() instanceof Capability capability
                    && capability.holder().isPresent()) {
                found.add(capability);
            }
        }
        if (found.size() != 1) {
            throw new CliException(
                    ExitCode.USAGE,
                    "one document of kind Capability with a `holder` expected in " + String.join(", ", files)
                            + ", found " + found.size());
        }
        return found.getFirst();
    }

    static ParseResult.Parsed documents(Shell shell, List<String> files) {
        List<PolicySource> sources = Lint.read(shell, files);
        return Lint.parsed(new PolicyParser().parse(sources));
    }

    static DelegationChain root(String tenant, Capability document) {
        try {
            return DelegationChain.of(new DelegationRoot(
                    tenant, document.name(), new HolderKey(document.holder().orElseThrow())));
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
