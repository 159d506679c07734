package dev.muster.cli.capability;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.session.Session;
import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.Conditions;
import dev.muster.policy.delegation.Delegation;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.delegation.DelegationException;
import dev.muster.policy.delegation.HolderKey;
import dev.muster.policy.language.condition.ConditionReader;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Shift;
import dev.muster.policy.model.Zone;
import dev.muster.trust.keys.Ed25519Signer;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "delegate",
        headerHeading = "Example: muster capability delegate --root service.yaml --key builder.key --to KEY"
                + " --permission ohos.permission.CAMERA --until 2026-11-22T14:00:00Z --out tablet.chain%n%n",
        header = "Hand a right on to another key, narrowed; no server is needed.",
        footerHeading = "%n",
        footer = {
            "What is not said is taken over from what you hold. Nothing can be widened: the verb refuses it, and devices do",
            "whatever was signed.",
            "",
            "  muster capability delegate --chain company.chain --key company.key --to KEY --device press-07 \\",
            "      --from 2026-11-22T06:00:00Z --until 2026-11-22T14:00:00Z --when \"'docked' in states\" --out tablet.chain"
        })
final class DelegateVerb implements Runnable {
    private final Session session;

    @Mixin
    private final ChainSource source = new ChainSource();

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "Your private key, as keygen made it.")
    private Path key = Path.of("");

    @Option(
            names = "--to",
            paramLabel = "KEY",
            required = true,
            description = "Public key of whoever gets it: 43 characters, as keygen prints it.")
    private String to = "";

    @Option(names = "--permission", paramLabel = "NAME", description = "Only this; repeatable.")
    private List<String> permissions = List.of();

    @Option(
            names = "--app",
            paramLabel = "BUNDLE",
            description = "Only this app; a trailing * matches any rest; repeatable.")
    private List<String> apps = List.of();

    @Option(names = "--device", paramLabel = "DEVICE", description = "Only this device; repeatable.")
    private List<String> devices = List.of();

    @Option(names = "--from", paramLabel = "TIME", description = "From then on; now, if left out.")
    private @Nullable String from;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            required = true,
            description = "When it ends, such as 2026-11-22T14:00:00Z.")
    private String until = "";

    @Option(
            names = "--when",
            paramLabel = "CEL",
            description = "Only while this holds, as in policies: \"'docked' in states\".")
    private @Nullable String when;

    @Option(
            names = "--definitions",
            paramLabel = "FILE",
            description = "Documents of the zones and shifts that --when asks for; repeatable.")
    private List<String> definitions = List.of();

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description = "Where minutes, weekdays and shifts of --when count, such as Europe/Berlin.")
    private @Nullable String timeZone;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many times it may be handed on further (${DEFAULT-VALUE}).")
    private int depth;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where to write the chain.")
    private Path out = Path.of("");

    DelegateVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        ChainSource.Found found = source.find(session.shell());
        Ed25519Signer signer = ChainFiles.key(key);
        HolderKey own = ChainFiles.holder(signer);
        if (!own.equals(found.chain().holder())) {
            throw new CliException(
                    ExitCode.USAGE,
                    "expected the private key of `" + found.chain().holder()
                            + "`, who holds this right, found that of `" + own + "` in `" + key + "`");
        }
        try {
            Delegation next = next(found);
            DelegationChain chain = found.document().isPresent()
                    ? found.chain().narrowed(found.document().get(), next, signer::sign)
                    : found.chain().narrowed(next, signer::sign);
            ChainFiles.write(out, chain);
            session.printer()
                    .done("wrote " + out + ": `" + chain.root().capability() + "` to " + next.holder() + " until "
                            + next.notAfter());
            session.printer().done("revocation id " + chain.ids().getLast());
        } catch (DelegationException e) {
            throw new CliException(ExitCode.FAILED, "cannot-delegate: " + e.getMessage(), e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private Delegation next(ChainSource.Found found) {
        Optional<Delegation> above = found.chain().rights().isEmpty()
                ? Optional.empty()
                : Optional.of(found.chain().rights().getLast());
        Optional<Instant> begin =
                above.map(Delegation::notBefore).or(() -> found.document().flatMap(Capability::notBefore));
        Collection<String> all = above.<Collection<String>>map(Delegation::permissions)
                .or(() -> found.document().map(Capability::permissions))
                .orElse(List.of());
        Instant now = session.now();
        return new Delegation(
                new TreeSet<>(permissions.isEmpty() ? all : permissions),
                new TreeSet<>(apps),
                new TreeSet<>(devices),
                condition(),
                from == null ? begin.filter(now::isBefore).orElse(now) : instant("--from", from),
                instant("--until", until),
                depth,
                new HolderKey(to));
    }

    private Optional<ConditionBlock> condition() {
        if (when == null) {
            return Optional.empty();
        }
        PolicySnapshot defined = definitions.isEmpty()
                ? PolicySnapshot.empty(0)
                : ChainFiles.documents(session.shell(), definitions).snapshot(0);
        ConditionReader.Result read = new ConditionReader()
                .read(
                        when,
                        defined.zones().stream().map(Zone::name).collect(Collectors.toSet()),
                        defined.shifts().stream().map(Shift::name).collect(Collectors.toSet()));
        return switch (read) {
            case ConditionReader.Read good -> Delegation.condition(good.condition(), defined, zone(good.condition()));
            case ConditionReader.Refused refused ->
                throw new CliException(
                        ExitCode.USAGE,
                        "--when cannot be used",
                        refused.problems().stream()
                                .map(problem -> "at character " + (problem.offset() + 1) + ": " + problem.message())
                                .toList());
        };
    }

    private String zone(Condition condition) {
        if (timeZone == null && Conditions.asksForLocalTime(condition)) {
            throw new CliException(
                    ExitCode.USAGE, "expected --time-zone: --when asks for local time, which depends on where that is");
        }
        return timeZone == null ? "" : timeZone;
    }

    private static Instant instant(String option, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "expected a time like `2026-11-22T14:00:00Z` at " + option + ", found `" + text + "`",
                    e);
        }
    }
}
