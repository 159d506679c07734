package dev.muster.cli.capability;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.session.Shell;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.model.Capability;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a chain comes from: its file, or the document of a capability whose holder one is. */
final class ChainSource {
    @Option(names = "--chain", paramLabel = "FILE", description = "The chain that was handed to you.")
    private @Nullable String chain;

    @Option(
            names = "--root",
            paramLabel = "FILE",
            description =
                    "Instead: the policy document of the capability, if its `holder` is your key; repeatable with the"
                            + " documents of zones and shifts it asks for.")
    private List<String> root = List.of();

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "With --root: the tenant that gave the capability (${DEFAULT-VALUE}).")
    private String tenant = "default";

    /** The chain so far, and the document where it is a root. */
    record Found(DelegationChain chain, Optional<Capability> document) {}

    Found find(Shell shell) {
        if ((chain == null) == root.isEmpty()) {
            throw new CliException(ExitCode.USAGE, "expected either --chain FILE or --root FILE");
        }
        if (chain != null) {
            return new Found(ChainFiles.read(shell, chain), Optional.empty());
        }
        Capability document = ChainFiles.document(shell, root);
        return new Found(ChainFiles.root(tenant, document), Optional.of(document));
    }
}
