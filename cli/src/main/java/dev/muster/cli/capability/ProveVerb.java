package dev.muster.cli.capability;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import dev.muster.policy.delegation.Claim;
import dev.muster.policy.delegation.DelegationChain;
import dev.muster.policy.delegation.DelegationException;
import dev.muster.policy.model.AppKey;
import dev.muster.trust.keys.Ed25519Signer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "prove",
        headerHeading = "Example: muster capability prove --chain tablet.chain --key tablet.key --socket agent.sock"
                + " --app com.example.press --permission ohos.permission.CAMERA%n%n",
        header = "Prove to a device that a chain is yours: at its socket, or by signing a nonce it made.",
        footerHeading = "%n",
        footer = {
            "With --socket the agent of this machine is asked, and the verb ends with 0 if it grants and 1 if not. With",
            "--nonce and --device the proof is printed, for whoever asks there within a minute:",
            "",
            "  muster capability prove --chain tablet.chain --key tablet.key --nonce NONCE --device default/press-07 \\",
            "      --app com.example.press --permission ohos.permission.CAMERA"
        })
final class ProveVerb implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final ChainSource source = new ChainSource();

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "Your private key, as keygen made it.")
    private Path key = Path.of("");

    @Option(names = "--app", paramLabel = "BUNDLE", required = true, description = "The app's bundle name.")
    private String app = "";

    @Option(
            names = "--permission",
            paramLabel = "NAME",
            required = true,
            description = "Such as ohos.permission.CAMERA.")
    private String permission = "";

    @Option(names = "--user", paramLabel = "ID", defaultValue = "100", description = "Of this user (${DEFAULT-VALUE}).")
    private int user;

    @Option(
            names = "--instance",
            paramLabel = "N",
            defaultValue = "0",
            description = "0 the app itself, above that its clones.")
    private int instance;

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description = "The agent's socket: agent.sock in its state directory.")
    private @Nullable Path socket;

    @Option(names = "--nonce", paramLabel = "NONCE", description = "Instead: what the device made for this proof.")
    private @Nullable String nonce;

    @Option(names = "--device", paramLabel = "TENANT/DEVICE", description = "With --nonce: the device that made it.")
    private @Nullable String device;

    ProveVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        DelegationChain chain = source.find(session.shell()).chain();
        Ed25519Signer signer = ChainFiles.key(key);
        if (!ChainFiles.holder(signer).equals(chain.holder())) {
            throw new CliException(
                    ExitCode.USAGE,
                    "expected the private key of `" + chain.holder() + "`, who holds this chain, found that of `"
                            + ChainFiles.holder(signer) + "` in `" + key + "`");
        }
        if (socket != null && nonce == null && device == null) {
            return ask(socket, chain, signer);
        }
        if (socket != null || nonce == null || device == null) {
            throw new CliException(ExitCode.USAGE, "expected either --socket, or --nonce and --device");
        }
        String proof = proof(chain, signer, nonce, device);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("chain", Map.of("data", ChainFiles.text(chain)));
        answer.put("proof", proof);
        session.printer().one(answer, Table.of().column("Proof", "proof"), "proof");
        return ExitCode.OK.number();
    }

    private int ask(Path path, DelegationChain chain, Ed25519Signer signer) {
        try (AgentSocket agent = new AgentSocket(path)) {
            Row made = new Row(agent.ask(Map.of("op", "nonce")));
            if (made.at("device") == null) {
                throw new CliException(ExitCode.FAILED, "the agent is too old: it takes no delegated capabilities");
            }
            Map<String, Object> question = new LinkedHashMap<>();
            question.put("op", "verify");
            question.put("app", app);
            question.put("permission", permission);
            question.put("user", user);
            question.put("instance", instance);
            question.put("chain", Map.of("data", ChainFiles.text(chain)));
            question.put("proof", proof(chain, signer, made.text("nonce"), made.text("device")));
            Map<String, Object> answer = agent.ask(question);
            Row row = new Row(answer);
            if (row.at("error") != null) {
                throw new CliException(ExitCode.FAILED, row.text("code") + ": " + row.text("error"));
            }
            session.printer()
                    .one(
                            answer,
                            Table.of()
                                    .column("Granted", all -> all.flag("granted") ? "yes" : "no")
                                    .column("Reason", "reason")
                                    .column("Text", "text")
                                    .column("Level", "levelText")
                                    .column("Lease", "lease"),
                            "reason");
            return (row.flag("granted") ? ExitCode.OK : ExitCode.FAILED).number();
        }
    }

    private String proof(DelegationChain chain, Ed25519Signer signer, String forNonce, String ref) {
        int slash = ref.indexOf('/');
        if (slash < 0) {
            throw new CliException(ExitCode.USAGE, "expected `TENANT/DEVICE`, found `" + ref + "`");
        }
        try {
            Claim claim = new Claim(
                    forNonce,
                    ref.substring(0, slash),
                    ref.substring(slash + 1),
                    new AppKey(app, user, instance),
                    permission);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign(claim.message(chain)));
        } catch (DelegationException | IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
