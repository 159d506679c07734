package dev.muster.trust.repository;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.MetadataFiles;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The files of an image repository: how they are called, read with their checks, and sealed by snapshot and timestamp. */
final class RepositoryFiles {
    private RepositoryFiles() {}

    static Signed<Snapshot> snapshot(
            Signed<Root> root,
            Signed<Targets> targets,
            Map<String, Signed<Targets>> delegated,
            long version,
            Map<String, MetaFile> before,
            KeyRing keys,
            Validity validity,
            Instant now) {
        // 5.5.5: a role that was listed once stays listed, revoked or not; clients refuse a snapshot that forgot one.
        Map<String, MetaFile> files = new HashMap<>(before);
        files.put(Targets.TYPE, MetaFile.of(targets.version(), targets.bytes()));
        delegated.forEach((role, signed) -> files.put(role, MetaFile.of(signed.version(), signed.bytes())));
        return Signed.sign(
                new Snapshot(version, now.plus(validity.snapshot()), files),
                List.of(Roots.signer(root.metadata(), Snapshot.TYPE, keys, KeyNames.SNAPSHOT)));
    }

    static Signed<Timestamp> timestamp(
            Signed<Root> root, long version, Signed<Snapshot> snapshot, KeyRing keys, Validity validity, Instant now) {
        return Signed.sign(
                new Timestamp(
                        version, now.plus(validity.timestamp()), MetaFile.of(snapshot.version(), snapshot.bytes())),
                List.of(Roots.signer(root.metadata(), Timestamp.TYPE, keys, KeyNames.TIMESTAMP)));
    }

    static Signed<Targets> targetsFile(RepositoryStorage storage, Snapshot snapshot, String role) {
        MetaFile listed = snapshot.file(role);
        byte[] bytes = file(storage, versioned(role, listed.version()));
        listed.check(role, bytes);
        return Signed.targets(role, bytes);
    }

    static byte[] file(RepositoryStorage storage, String name) {
        return storage.read(name).orElseThrow(() -> new TrustException.NotFound(name, "the repository's storage"));
    }

    static void require(Signed<Root> root, String role, Signed<?> signed) {
        Root top = root.metadata();
        signed.requireSignatures(role, Root.TYPE, top.role(role), top.keys());
    }

    static String versioned(String role, long version) {
        return MetadataFiles.name(role, OptionalLong.of(version));
    }

    static String unversioned(String role) {
        return MetadataFiles.name(role, OptionalLong.empty());
    }
}
