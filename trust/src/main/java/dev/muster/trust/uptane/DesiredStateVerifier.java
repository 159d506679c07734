package dev.muster.trust.uptane;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.DirectoryTrustStore;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MetadataFetcher;
import dev.muster.trust.client.ResolvedTarget;
import dev.muster.trust.client.TrustStore;
import dev.muster.trust.client.TrustedMetadata;
import dev.muster.trust.client.Updater;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Director and image repository together: the only way to a {@link VerifiedDesiredState}. Full verification of the
 * Uptane standard 2.1, section 5.4.4.2, with Muster's rule on top that code never comes from an online key. Not
 * thread-safe.
 */
public final class DesiredStateVerifier {
    private final Updater director;
    private final Updater images;
    private final AcceptedState accepted;
    private final DeviceRules rules;

    /**
     * A verifier that keeps everything below one directory.
     *
     * @param directory for verified metadata ({@code director/}, {@code images/}) and the last verified state
     * @param clock the device's best knowledge of time; must not go back across restarts
     */
    public DesiredStateVerifier(
            Path directory,
            MetadataFetcher director,
            MetadataFetcher images,
            InstantSource clock,
            Limits limits,
            DeviceRules rules) {
        this(
                new Updater(director, new DirectoryTrustStore(directory.resolve("director")), clock, limits),
                new Updater(images, new DirectoryTrustStore(directory.resolve("images")), clock, limits),
                new DirectoryTrustStore(directory),
                rules);
    }

    /** As above, with the parts given; {@code accepted} keeps the last verified state under a name of its own. */
    public DesiredStateVerifier(Updater director, Updater images, TrustStore accepted, DeviceRules rules) {
        this.director = director;
        this.images = images;
        this.accepted = new AcceptedState(accepted);
        this.rules = rules;
    }

    /** Anchors both repositories; a repository that already has a sound root keeps it. */
    public void initialise(byte[] directorRoot, byte[] imagesRoot) {
        director.initialise(directorRoot);
        images.initialise(imagesRoot);
    }

    /**
     * Fetches and verifies. On any failure the last verified state stays what it was, and stays readable.
     *
     * @throws TrustException one type per class of failure
     */
    public VerifiedDesiredState refresh() {
        // Uptane 5.4.4.2, steps 1 to 6: the director's four roles, by the TUF workflow.
        TrustedMetadata directed = director.refresh();
        Targets document = directed.targets().metadata();
        if (!readCustom("director document", document.custom(), rules::namesThisDevice)) {
            throw new TrustException.Foreign("`custom` names another device, or none");
        }
        List<VerifiedTarget> verified = new ArrayList<>();
        if (!document.targets().isEmpty()) {
            // Steps 7 to 10: the image repository's four roles.
            OnlineKeys online = OnlineKeys.of(directed.root().metadata(), images.refresh());
            Set<String> names = new HashSet<>();
            document.targets().forEach((path, file) -> {
                if (!readCustom("director target `" + path + "`", file.custom(), rules::knows)) {
                    return;
                }
                VerifiedTarget target = verify(path, file, online);
                if (!names.add(target.identity().name())) {
                    throw new TrustException.Malformed(
                            "director document",
                            "expected one target for `" + target.identity().name() + "`, found two");
                }
                verified.add(target);
            });
        }
        VerifiedDesiredState state = new VerifiedDesiredState(document.version(), verified, document.custom());
        accepted.write(state);
        return state;
    }

    /**
     * What the image repository has at a path below {@code delta/}, through its delegations. Such bytes only say how others are made:
     * what they make is judged by the record of the target it is for.
     *
     * @throws TrustException if the metadata cannot be had or verified
     */
    public Optional<TargetFile> delta(String path) {
        TargetPath.require(path, TargetKind.DELTA);
        return images.target(path).map(ResolvedTarget::file);
    }

    /**
     * The last state that {@link #refresh} returned: also after a restart, offline, and when its metadata has expired.
     * Empty if there is none, or if it was made for another device.
     */
    public Optional<VerifiedDesiredState> lastVerified() {
        return accepted.read(rules);
    }

    private VerifiedTarget verify(String path, TargetFile directed, OnlineKeys online) {
        TargetIdentity identity = readCustom("director target `" + path + "`", directed.custom(), rules::identity);
        TargetPath.require(path, identity.kind());
        // Step 11: the image repository must know the very same bytes, through its delegations.
        ResolvedTarget image = images.target(path)
                .orElseThrow(() -> new TrustException.Mismatch(path, "the image repository does not have it"));
        requireSameBytes(path, directed, image.file());
        TargetIdentity vouched =
                readCustom("image target `" + path + "`", image.file().custom(), rules::identity);
        if (!vouched.equals(identity)) {
            throw new TrustException.Mismatch(path, "the director says " + identity + ", its publisher " + vouched);
        }
        if (identity.kind().executable()) {
            online.requireNoneOf(image);
        }
        if (!rules.fits(identity.hardware())) {
            throw new TrustException.Foreign(
                    "`" + path + "` is for hardware `" + identity.hardware() + "`, which this device is not");
        }
        // Uptane 5.4.4.2, release counters: a valid signature on an old image is still an old image.
        long committed = rules.committedReleaseCounter(identity.name());
        if (identity.releaseCounter() < committed) {
            throw new TrustException.Rollback(identity.name(), committed, identity.releaseCounter());
        }
        return new VerifiedTarget(path, directed, identity, image.role());
    }

    // Every digest that both name must be equal, and the one that bytes are fetched by must be among them.
    private static void requireSameBytes(String path, TargetFile directed, TargetFile vouched) {
        if (directed.length() != vouched.length()) {
            throw new TrustException.Mismatch(
                    path, "the director says " + directed.length() + " bytes, its publisher " + vouched.length());
        }
        if (!directed.sha256().equals(vouched.sha256())) {
            throw new TrustException.Mismatch(
                    path, "the director says sha256 " + directed.sha256() + ", its publisher " + vouched.sha256());
        }
        directed.hashes().forEach((algorithm, hash) -> {
            if (!vouched.hashes().getOrDefault(algorithm, hash).equals(hash)) {
                throw new TrustException.Mismatch(path, "the " + algorithm + " digests differ");
            }
        });
    }

    // The caller's reader sees signed but possibly hostile data; whatever it trips over refuses the document.
    private static <T> T readCustom(String what, Map<String, ?> custom, Function<Map<String, ?>, T> reader) {
        try {
            return reader.apply(custom);
        } catch (TrustException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new TrustException.Malformed(what, "`custom`: " + e.getMessage(), e);
        }
    }
}
