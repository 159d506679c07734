package dev.muster.trust.signing;

import dev.muster.trust.TrustException;
import dev.muster.trust.json.CanonicalJson;
import dev.muster.trust.json.Fields;
import dev.muster.trust.json.StrictJson;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.Metadata;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The next version of one metadata file, on its way to enough signatures. Immutable; as a file it is self-contained, so
 * that a machine without a network can show and sign it. What it says about who must sign is a convenience for people:
 * whoever takes the finished document over checks it against the keys that it knows.
 */
public final class Draft {
    private static final String TYPE = "muster-draft";
    private static final long FORMAT = 1;

    private final String repository;
    private final String role;
    private final List<Need> needs;
    private final SortedSet<String> removes;
    private final Signed<? extends Metadata> document;

    /** Signatures that are needed: {@code threshold} of the keys of {@code keysOf}. */
    public record Need(String keysOf, Holders holders) {}

    /** How far a need is met. */
    public record Progress(Need need, List<String> signedBy) {
        public Progress {
            signedBy = List.copyOf(signedBy);
        }

        public boolean met() {
            return signedBy.size() >= need.holders().threshold();
        }

        /** Such as {@code signature 1 of 2}. */
        public String text() {
            return "signature " + signedBy.size() + " of " + need.holders().threshold();
        }
    }

    private Draft(
            String repository,
            String role,
            List<Need> needs,
            SortedSet<String> removes,
            Signed<? extends Metadata> document) {
        this.repository = repository;
        this.role = role;
        this.needs = List.copyOf(needs);
        this.removes = Collections.unmodifiableSortedSet(new TreeSet<>(removes));
        this.document = document;
    }

    /** {@code metadata} without a signature yet. */
    public static Draft of(String repository, String role, Metadata metadata, List<Need> needs) {
        return new Draft(repository, role, needs, new TreeSet<>(), Signed.sign(metadata, List.of()));
    }

    /** The same draft, which says that it is made to take the targets of these paths away. */
    public Draft removing(Set<String> paths) {
        return new Draft(repository, role, needs, new TreeSet<>(paths), document);
    }

    /** Which of the two repositories: {@code images} or {@code director}. */
    public String repository() {
        return repository;
    }

    public String role() {
        return role;
    }

    public long version() {
        return document.version();
    }

    public Metadata metadata() {
        return document.metadata();
    }

    /**
     * Paths of targets that the file before has and this one is made not to have. For people, as the needs are: what counts is
     * what the document says.
     */
    public SortedSet<String> removes() {
        return removes;
    }

    /** Ids of all keys that the file gives a role to. */
    public Set<String> keyIds() {
        return switch (document.metadata()) {
            case Root root -> root.keys().keySet();
            case Targets targets -> targets.delegations().keys().keySet();
            case Snapshot snapshot -> Set.of();
            case Timestamp timestamp -> Set.of();
        };
    }

    /** The signed file, as it would be published. */
    public byte[] document() {
        return document.bytes();
    }

    /** Every need with the ids of the keys that met it so far. */
    public List<Progress> progress() {
        return needs.stream()
                .map(need -> new Progress(
                        need,
                        document.signedBy(
                                need.holders().roleKeys(), need.holders().byId())))
                .toList();
    }

    public boolean isComplete() {
        return progress().stream().allMatch(Progress::met);
    }

    /**
     * The same draft with the signature of {@code signer}.
     *
     * @throws TrustException.NotAllowed if none of the needs names its key
     */
    public Draft withSignature(Signer signer) {
        String keyId = signer.publicKey().keyId();
        if (!mayBeSignedBy(signer.publicKey())) {
            throw new TrustException.NotAllowed(
                    "draft of `" + role + "`", keyId, "its signatures are asked of " + askedKeys());
        }
        return new Draft(repository, role, needs, removes, document.withSignature(signer));
    }

    /**
     * The same draft with the signatures of {@code other} too; those that do not verify, or that nobody asked for, are
     * left out.
     *
     * @throws TrustException.Malformed if {@code other} is a draft of anything else
     */
    public Draft withSignaturesOf(Draft other) {
        if (!other.repository.equals(repository)
                || !other.role.equals(role)
                || !other.document.saysTheSameAs(document)) {
            throw new TrustException.Malformed(
                    "draft",
                    "expected the draft of `" + role + "` version " + version() + " as it was handed out, found `"
                            + other.role + "` version " + other.version() + " with other content");
        }
        Signed<? extends Metadata> merged = document;
        for (Need need : needs) {
            merged = merged.withSignaturesOf(
                    other.document, need.holders().roleKeys(), need.holders().byId());
        }
        return new Draft(repository, role, needs, removes, merged);
    }

    private boolean mayBeSignedBy(TrustKey key) {
        return needs.stream()
                .flatMap(need -> need.holders().keys().stream())
                .anyMatch(asked ->
                        asked.keyId().equals(key.keyId()) && asked.material().equals(key.material()));
    }

    private SortedSet<String> askedKeys() {
        SortedSet<String> asked = new TreeSet<>();
        needs.forEach(need -> need.holders().keys().forEach(key -> asked.add(key.keyId())));
        return asked;
    }

    /** The draft as one file. */
    public byte[] file() {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("_type", TYPE);
        file.put("format", FORMAT);
        file.put("repository", repository);
        file.put("role", role);
        file.put(
                "needs",
                needs.stream()
                        .map(need -> Map.of(
                                "keysOf", need.keysOf(),
                                "threshold", need.holders().threshold(),
                                "keys",
                                        need.holders().keys().stream()
                                                .map(key -> Map.of("keyid", key.keyId(), "key", key.tree()))
                                                .toList()))
                        .toList());
        if (!removes.isEmpty()) {
            file.put("removes", List.copyOf(removes));
        }
        file.put("document", StrictJson.object(role, document.bytes()));
        return CanonicalJson.text(file);
    }

    /**
     * Reads what {@link #file} wrote.
     *
     * @throws TrustException.Malformed if it is no such file
     */
    public static Draft parse(byte[] bytes) {
        Fields file = Fields.of("draft", StrictJson.object("draft", bytes));
        if (!file.string("_type").equals(TYPE) || file.number("format", 1) != FORMAT) {
            throw file.malformed("expected a draft to sign, of format " + FORMAT + ", found another file");
        }
        String role = file.string("role");
        byte[] document = CanonicalJson.text(file.map("document"));
        Signed<? extends Metadata> signed =
                role.equals(Root.TYPE) ? Signed.root(document) : Signed.targets(role, document);
        List<Need> needs = new ArrayList<>();
        for (Fields need : file.objects("needs")) {
            List<TrustKey> keys = need.objects("keys").stream()
                    .map(key -> TrustKey.parse(key.string("keyid"), key.object("key")))
                    .toList();
            try {
                needs.add(new Need(
                        need.string("keysOf"), new Holders(keys, Math.toIntExact(need.number("threshold", 1)))));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new TrustException.Malformed("draft", String.valueOf(e.getMessage()), e);
            }
        }
        SortedSet<String> removes = new TreeSet<>(file.has("removes") ? file.strings("removes") : List.of());
        return new Draft(file.string("repository"), role, needs, removes, signed);
    }
}
