package dev.muster.cli.policy;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import dev.muster.trust.evidence.Check;
import dev.muster.trust.evidence.EvidenceVerifier;
import dev.muster.trust.json.CanonicalJson;
import dev.muster.trust.keys.TrustKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "evidence",
        headerHeading = "Example: muster policy evidence --device press-07 --app com.example.camera"
                + " --permission ohos.permission.CAMERA --out camera.json%n%n",
        header = "Signed proof of one answer, now or at a time; `evidence verify` checks it without a server.",
        subcommands = {EvidenceVerb.Verify.class, EvidenceVerb.Keys.class})
final class EvidenceVerb implements Runnable {
    private final Session session;

    @Option(names = "--device", paramLabel = "DEVICE", description = "The device's id.")
    private @Nullable String device;

    @Option(names = "--app", paramLabel = "BUNDLE", description = "The app's bundle name.")
    private @Nullable String app;

    @Option(names = "--permission", paramLabel = "NAME", description = "Such as ohos.permission.CAMERA.")
    private @Nullable String permission;

    @Option(names = "--user", paramLabel = "ID", description = "Of this user; the lowest that has the app if left out.")
    private @Nullable Integer user;

    @Option(names = "--at", paramLabel = "TIME", description = "Such as 2026-11-22T09:30:00Z; now if left out.")
    private @Nullable String at;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write it; standard output if left out.")
    private @Nullable Path out;

    EvidenceVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if (device == null || app == null || permission == null) {
            throw new CliException(ExitCode.USAGE, "expected --device, --app and --permission");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("device", device);
        body.put("bundle", app);
        body.put("permission", permission);
        if (user != null) {
            body.put("user", user);
        }
        if (at != null) {
            body.put("at", at);
        }
        Map<String, Object> envelope = session.api().post(Url.of("policy", "evidence"), body);
        Path file = out;
        if (file == null) {
            session.printer().whole(envelope);
            return;
        }
        try {
            Files.write(file, CanonicalJson.text(envelope));
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot write `" + file + "`: " + e.getMessage(), e);
        }
        session.printer().done("wrote " + file);
    }

    @Command(
            name = "keys",
            headerHeading = "Example: muster policy evidence keys%n%n",
            header = "The public keys that sign evidence; give one of them to `evidence verify --key`.")
    static final class Keys implements Runnable {
        private final Session session;

        Keys(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(Url.of("policy", "evidence", "keys")),
                            Table.of()
                                    .column("KEY", "keyId")
                                    .column("ALGORITHM", "algorithm")
                                    .column("PUBLIC KEY", "publicKey")
                                    .column("CURRENT", row -> row.flag("current") ? "yes" : "no"),
                            "publicKey");
        }
    }

    @Command(
            name = "verify",
            headerHeading = "Example: muster policy evidence verify camera.json%n%n",
            header = "Check a file of `policy evidence` offline: signature, hashes, the device's own signed manifest.",
            footer =
                    "Exit code 1 when a check fails. Without --key the file can only be shown to be unchanged since it was"
                            + " signed by the key it names.")
    static final class Verify implements Callable<Integer> {
        private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

        private final Session session;

        @Parameters(paramLabel = "FILE", description = "The evidence.")
        private Path file = Path.of("");

        @Option(
                names = "--key",
                paramLabel = "KEY",
                description = "The public key that must have signed it: 64 hexadecimal digits, or a file with them.")
        private @Nullable String key;

        Verify(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            EvidenceVerifier.Result result = EvidenceVerifier.verify(read(file), trusted());
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("good", result.isGood());
            answer.put("question", result.question());
            answer.put("answer", result.answer());
            answer.put(
                    "checks",
                    result.checks().stream()
                            .map(check -> Map.of(
                                    "name", check.name(),
                                    "outcome", check.outcome().name().toLowerCase(Locale.ROOT),
                                    "detail", check.detail()))
                            .toList());
            Row row = new Row(answer);
            session.printer()
                    .one(
                            answer,
                            Table.of()
                                    .column("Question", "question")
                                    .column("Answer", "answer")
                                    .column("Evidence", all -> all.flag("good") ? "good" : "NOT GOOD"),
                            "good");
            session.printer()
                    .part(
                            row.rows("checks"),
                            Table.of()
                                    .column("CHECK", "name")
                                    .column("OUTCOME", "outcome")
                                    .column("DETAIL", "detail"));
            List<String> bad = result.checks().stream()
                    .filter(check -> check.outcome() == Check.Outcome.BAD)
                    .map(Check::name)
                    .distinct()
                    .toList();
            if (!bad.isEmpty()) {
                session.err().println("muster: evidence-not-good: failed " + String.join(", ", bad));
            }
            return (bad.isEmpty() ? ExitCode.OK : ExitCode.FAILED).number();
        }

        private Optional<TrustKey> trusted() {
            String given = key;
            if (given == null) {
                return Optional.empty();
            }
            String text = HEX.matcher(given).matches()
                    ? given
                    : new String(read(Path.of(given)), java.nio.charset.StandardCharsets.UTF_8);
            Matcher hex = HEX.matcher(text);
            if (!hex.find()) {
                throw new CliException(
                        ExitCode.USAGE, "expected an Ed25519 public key of 64 hexadecimal digits in `" + given + "`");
            }
            return Optional.of(TrustKey.of(TrustKey.ED25519, TrustKey.ED25519, hex.group()));
        }

        private static byte[] read(Path file) {
            try {
                return Files.readAllBytes(file);
            } catch (NoSuchFileException e) {
                throw new CliException(ExitCode.USAGE, "cannot read `" + file + "`: no such file", e);
            } catch (IOException e) {
                throw new CliException(ExitCode.USAGE, "cannot read `" + file + "`: " + e.getMessage(), e);
            }
        }
    }
}
