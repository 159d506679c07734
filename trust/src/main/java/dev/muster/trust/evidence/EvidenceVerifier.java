package dev.muster.trust.evidence;

import dev.muster.trust.TrustException;
import dev.muster.trust.dsse.Envelope;
import dev.muster.trust.evidence.Check.Outcome;
import dev.muster.trust.json.Fields;
import dev.muster.trust.json.StrictJson;
import dev.muster.trust.keys.TrustKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks an evidence file with nothing but the file and, if there is one, the key its reader trusts. Every check is made
 * and told, also after one that failed, as far as the file can still be read. Single use per file; not thread-safe.
 */
public final class EvidenceVerifier {
    private final List<Check> checks = new ArrayList<>();

    private EvidenceVerifier() {}

    /**
     * What a file proves.
     *
     * @param question what was asked, in one line; empty where the file cannot be read
     * @param answer what it says, in one line
     */
    public record Result(List<Check> checks, String question, String answer) {
        public Result {
            checks = List.copyOf(checks);
        }

        /** Whether no check failed. */
        public boolean isGood() {
            return checks.stream().noneMatch(check -> check.outcome() == Outcome.BAD);
        }
    }

    /**
     * Checks the file.
     *
     * @param trusted the key that must have signed it; empty: the key that the file names, which proves only that nothing
     *     was changed since
     */
    public static Result verify(byte[] file, Optional<TrustKey> trusted) {
        EvidenceVerifier verifier = new EvidenceVerifier();
        try {
            return verifier.run(file, trusted);
        } catch (TrustException e) {
            verifier.add("form", false, String.valueOf(e.getMessage()));
            return new Result(verifier.checks, "", "");
        }
    }

    private Result run(byte[] file, Optional<TrustKey> trusted) {
        Envelope envelope = Envelope.parse(file);
        add(
                "payload-type",
                envelope.payloadType().equals(Evidence.PAYLOAD_TYPE),
                "`" + Evidence.PAYLOAD_TYPE + "` expected, found `" + envelope.payloadType() + "`");
        Fields statement = Fields.of("statement", StrictJson.object("statement", envelope.payload()));
        Fields predicate = statement.object("predicate");
        signature(envelope, predicate, trusted);
        add(
                "statement",
                statement.string("_type").equals(Evidence.STATEMENT_TYPE)
                        && statement.string("predicateType").equals(Evidence.PREDICATE_TYPE),
                "a statement about a permission expected, found `" + statement.string("predicateType") + "`");
        Fields question = predicate.object("question");
        Fields answer = predicate.object("answer");
        Optional<String> bundle = bundle(statement, predicate);
        documents(predicate);
        manifest(predicate, question, bundle);
        return new Result(
                checks,
                "may `" + question.string("bundle") + "` use `" + question.string("permission") + "` on `"
                        + question.string("device") + "` of tenant `" + question.string("tenant") + "` at "
                        + question.string("at"),
                answer.string("detail") + " (" + answer.string("levelText") + ")");
    }

    private void signature(Envelope envelope, Fields predicate, Optional<TrustKey> trusted) {
        Fields signer = predicate.object("signer");
        TrustKey named = TrustKey.of(TrustKey.ED25519, TrustKey.ED25519, signer.string("publicKey"));
        TrustKey key = trusted.orElse(named);
        boolean good = envelope.isSignedBy(key);
        add("signature", good, "signed by key " + key.keyId() + " expected" + (good ? " and found" : ", it is not"));
        if (trusted.isEmpty()) {
            checks.add(new Check(
                    "signer",
                    Outcome.OPEN,
                    "no key was given: compare " + named.keyId() + " with the one that the server publishes"));
        }
    }

    private Optional<String> bundle(Fields statement, Fields predicate) {
        if (!predicate.has("bundle")) {
            checks.add(new Check("bundle", Outcome.OPEN, "no policy bundle answered"));
            return Optional.empty();
        }
        String named = predicate.object("bundle").string("sha256");
        boolean same = statement.objects("subject").stream()
                .anyMatch(subject -> subject.object("digest").string("sha256").equals(named));
        add("bundle", same, "the subject names the bundle " + named + (same ? "" : ": it does not"));
        return Optional.of(named);
    }

    private void documents(Fields predicate) {
        Set<String> present = new HashSet<>();
        for (Fields document : predicate.objects("documents")) {
            String name = document.string("kind") + "/" + document.string("name");
            present.add(name);
            String found = sha256(document.string("text").getBytes(StandardCharsets.UTF_8));
            add(
                    "document",
                    found.equals(document.string("sha256")),
                    "`" + name + "`: sha256 " + document.string("sha256") + " expected, found " + found);
        }
        for (Fields rule : predicate.objects("rules")) {
            String name = rule.string("kind") + "/" + rule.string("name");
            if (!present.contains(name)) {
                // An urgent change stands in no version; its rule is told by the bundle alone.
                checks.add(new Check("rule", Outcome.OPEN, "the text of `" + name + "` is not in the file"));
            }
        }
    }

    private void manifest(Fields predicate, Fields question, Optional<String> bundle) {
        if (!predicate.has("manifest")) {
            checks.add(new Check("manifest", Outcome.OPEN, "no signed manifest of the device is in the file"));
            return;
        }
        Fields kept = predicate.object("manifest");
        DeviceProof proof;
        try {
            proof = DeviceProof.parse(kept.string("envelope"), kept.string("certificates"));
        } catch (TrustException e) {
            add("manifest", false, String.valueOf(e.getMessage()));
            return;
        }
        add("manifest-signature", proof.isSigned(), "signed by the key of the device's certificate");
        add("manifest-certificates", proof.isChained(), proof.chainText());
        String expected = question.string("tenant") + "/" + question.string("device");
        add(
                "manifest-device",
                proof.device().equals(expected) && proof.certifies(expected),
                "`" + expected + "` expected in manifest and certificate, found `" + proof.device() + "`");
        if (bundle.isPresent()) {
            Optional<String> said = proof.policySha256();
            if (said.isEmpty()) {
                checks.add(new Check(
                        "manifest-policy", Outcome.OPEN, "the manifest does not say which bundle was in force"));
            } else {
                boolean same = said.get().equals(bundle.get());
                add("manifest-policy", same, "bundle " + bundle.get() + " expected in force, found " + said.get());
            }
        }
    }

    private void add(String name, boolean good, String detail) {
        checks.add(new Check(name, good ? Outcome.GOOD : Outcome.BAD, detail));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
