package dev.muster.control.ddi;

import dev.muster.control.artifacts.ArtifactBytes;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Finds out the SHA-1 and MD5 of bytes that clients are to load, once for each content: small ones while a client waits, large
 * ones one after the other beside it. Until then the action is not offered. Thread-safe.
 */
@Singleton
final class Digests {
    private static final Logger LOG = Logger.getLogger(Digests.class);
    private static final long AT_ONCE_BYTES = 32L << 20;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int LONGEST_MAGIC = 6;

    private final ActionStore store;
    private final TenantTransactions transactions;
    private final ArtifactBytes bytes;
    private final Set<String> working = ConcurrentHashMap.newKeySet();
    private final ExecutorService one = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("ddi-digests").daemon().factory());

    Digests(ActionStore store, TenantTransactions transactions, ArtifactBytes bytes) {
        this.store = store;
        this.transactions = transactions;
        this.bytes = bytes;
    }

    /** Makes the action ready to be offered; false if that takes longer than a client should wait. */
    boolean prepare(TenantId tenant, DeviceId device, int action) {
        List<DdiAction.Target> missing = transactions.in(tenant, handle -> {
            List<DdiAction.Target> targets =
                    store.find(handle, device, action).map(DdiAction::targets).orElse(List.of());
            Set<String> known = store.digests(
                            handle,
                            targets.stream().map(DdiAction.Target::sha256).toList())
                    .keySet();
            return targets.stream()
                    .filter(target -> !known.contains(target.sha256()))
                    .toList();
        });
        boolean small = missing.stream().allMatch(target -> target.length() <= AT_ONCE_BYTES);
        if (small) {
            missing.forEach(target -> digest(tenant, target.sha256()));
            return transactions.in(tenant, handle -> store.ready(handle, action));
        }
        if (working.add(tenant + "/" + action)) {
            one.execute(() -> {
                try {
                    missing.forEach(target -> digest(tenant, target.sha256()));
                    transactions.run(tenant, handle -> store.ready(handle, action));
                } catch (RuntimeException e) {
                    LOG.error("digests of an update are not known", e);
                } finally {
                    working.remove(tenant + "/" + action);
                }
            });
        }
        return false;
    }

    @PreDestroy
    void close() {
        one.shutdownNow();
    }

    private void digest(TenantId tenant, String sha256) {
        MessageDigest sha1 = Hashes.digest("SHA-1");
        MessageDigest md5 = Hashes.digest("MD5");
        byte[] magic = new byte[0];
        try {
            ArtifactBytes.Stored stored = bytes.find(sha256)
                    .orElseThrow(() -> new IOException("expected the bytes of `" + sha256 + "`, found none"));
            try (InputStream in = stored.open(0, stored.length())) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (magic.length == 0) {
                        magic = java.util.Arrays.copyOf(buffer, Math.min(n, LONGEST_MAGIC));
                    }
                    sha1.update(buffer, 0, n);
                    md5.update(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        DdiAction.Digest digest =
                new DdiAction.Digest(Hashes.hex(sha1.digest()), Hashes.hex(md5.digest()), suffix(magic));
        transactions.run(tenant, handle -> store.digest(handle, sha256, digest));
    }

    /** Clients choose by the name's end: an update of swupdate is a cpio archive, one of RAUC a squashfs, an app a zip. */
    static String suffix(byte[] magic) {
        String text = new String(magic, StandardCharsets.ISO_8859_1);
        if (text.startsWith("07070")) {
            return ".swu";
        }
        if (text.startsWith("hsqs")) {
            return ".raucb";
        }
        return text.startsWith("PK\3\4") ? ".hap" : ".bin";
    }

    /** What the file of a target is called. */
    static String fileName(DdiAction.Target target, DdiAction.Digest digest) {
        return target.title().endsWith(digest.suffix())
                ? target.title()
                : target.title() + "-" + target.version() + digest.suffix();
    }
}
