package dev.muster.trust.repository;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.KeyFiles;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys of starter mode: all generated, all in one owner-only directory on the server, every threshold 1. Good for
 * trying Muster out; whoever owns the server owns the fleet until {@link #OFFLINE} keys are replaced by a root rotation.
 */
public final class StarterKeys implements KeyRing {
    /** Keys that strict mode takes off the server. */
    public static final List<String> OFFLINE =
            List.of(KeyNames.ROOT, KeyNames.TARGETS, KeyNames.DIRECTOR_ROOT, KeyNames.publisher("default"));

    /** Keys that the server needs in every mode. */
    public static final List<String> ONLINE = List.of(
            KeyNames.SNAPSHOT,
            KeyNames.TIMESTAMP,
            KeyNames.DIRECTOR_TARGETS,
            KeyNames.DIRECTOR_SNAPSHOT,
            KeyNames.DIRECTOR_TIMESTAMP,
            KeyNames.POLICY,
            KeyNames.SETTINGS,
            KeyNames.DELTA);

    /** Delegated roles that the server signs by itself; see {@link ImageRepository#renew}. */
    public static final List<String> ONLINE_ROLES = List.of(KeyNames.POLICY, KeyNames.SETTINGS, KeyNames.DELTA);

    /** Roles of the image repository that the server can renew in starter mode, as it holds all keys. */
    public static final List<String> RENEWABLE_ROLES = List.of(
            KeyNames.TARGETS, KeyNames.publisher("default"), KeyNames.POLICY, KeyNames.SETTINGS, KeyNames.DELTA);

    // Its presence says that offline keys were taken off this machine: those that are missing are not made anew.
    private static final String REMOVED = "offline-keys-removed";

    // Beside the key that it is to take the place of. Which of the two signs is for the metadata to say.
    private static final String NEXT = ".next";

    private final Map<String, Signer> signers;
    private final Map<String, Signer> next;

    private StarterKeys(Map<String, Signer> signers, Map<String, Signer> next) {
        this.signers = Map.copyOf(signers);
        this.next = Map.copyOf(next);
    }

    /**
     * Loads the keys in {@code directory} and makes those that are missing.
     *
     * @throws TrustException.Malformed if others than the owner may read the directory or a key
     */
    public static StarterKeys createOrLoad(Path directory) {
        return createOrLoad(directory, true);
    }

    /** The same, and of the keys that only people should hold none is made. */
    public static StarterKeys createOrLoadOnline(Path directory) {
        return createOrLoad(directory, false);
    }

    /** Names of the keys in {@code directory} that only people should hold; makes and reads none. */
    public static List<String> offlineIn(Path directory) {
        return OFFLINE.stream()
                .filter(name -> Files.exists(file(directory, name)))
                .toList();
    }

    private static StarterKeys createOrLoad(Path directory, boolean makeOffline) {
        KeyFiles.ownerOnlyDirectory(directory);
        Map<String, Signer> signers = new HashMap<>();
        Map<String, Signer> next = new HashMap<>();
        for (List<String> names : List.of(OFFLINE, ONLINE)) {
            for (String name : names) {
                Path file = file(directory, name);
                if (!Files.exists(file)) {
                    if (names.equals(OFFLINE) && (!makeOffline || Files.exists(directory.resolve(REMOVED)))) {
                        continue;
                    }
                    KeyFiles.save(file, Ed25519Signer.generate());
                }
                signers.put(name, KeyFiles.load(file));
                if (Files.exists(file(directory, name + NEXT))) {
                    next.put(name, KeyFiles.load(file(directory, name + NEXT)));
                }
            }
        }
        return new StarterKeys(signers, next);
    }

    /**
     * Makes a key to come for each of the online {@code names}; the old ones go on signing until metadata names the new ones.
     *
     * @return a ring that holds both
     */
    public StarterKeys withNext(Path directory, Collection<String> names) {
        Map<String, Signer> more = new HashMap<>(next);
        for (String name : names) {
            if (!ONLINE.contains(name)) {
                throw new IllegalArgumentException("expected a key that the server holds, found `" + name + "`");
            }
            Ed25519Signer signer = Ed25519Signer.generate();
            KeyFiles.save(file(directory, name + NEXT), signer);
            more.put(name, signer);
        }
        return new StarterKeys(signers, more);
    }

    /**
     * Ends changes of online keys: a new key that is {@code inUse} takes the place of the old one, which is gone then; one
     * that nothing waits for any more is deleted.
     *
     * @param awaited ids of keys that unpublished metadata names
     * @return names of the keys that changed
     */
    public List<String> settle(Path directory, Set<String> inUse, Set<String> awaited) {
        List<String> changed = new ArrayList<>();
        try {
            for (Map.Entry<String, Signer> entry : next.entrySet()) {
                String id = entry.getValue().publicKey().keyId();
                Path file = file(directory, entry.getKey() + NEXT);
                if (inUse.contains(id)) {
                    Files.move(file, file(directory, entry.getKey()), StandardCopyOption.ATOMIC_MOVE);
                    changed.add(entry.getKey());
                } else if (!awaited.contains(id)) {
                    Files.deleteIfExists(file);
                    changed.add(entry.getKey());
                }
            }
        } catch (IOException e) {
            throw new TrustException.Storage("key directory `" + directory + "`", e);
        }
        return List.copyOf(changed);
    }

    /** The keys to come, by name. */
    public Map<String, Signer> next() {
        return next;
    }

    /**
     * Takes those offline keys off this machine whose ids are not {@code inUse} any more. Nothing signs with them, but
     * whoever has the old root key could still lead a device astray that has not seen the new root.
     *
     * @return names of the keys that were removed
     */
    public List<String> remove(Path directory, Set<String> inUse) {
        List<String> removed = new ArrayList<>();
        try {
            for (String name : OFFLINE) {
                Signer signer = signers.get(name);
                if (signer != null && !inUse.contains(signer.publicKey().keyId())) {
                    Path marker = directory.resolve(REMOVED);
                    if (!Files.exists(marker)) {
                        Files.createFile(marker);
                    }
                    Files.deleteIfExists(file(directory, name));
                    removed.add(name);
                }
            }
        } catch (IOException e) {
            throw new TrustException.Storage("key directory `" + directory + "`", e);
        }
        return List.copyOf(removed);
    }

    /** Names of the offline keys that are held all the same. */
    public List<String> offlineHeld() {
        return OFFLINE.stream().filter(signers::containsKey).toList();
    }

    private static Path file(Path directory, String name) {
        return directory.resolve(name + ".pem");
    }

    /** Fresh keys in memory only, for tests and simulations. */
    public static StarterKeys inMemory() {
        Map<String, Signer> signers = new HashMap<>();
        OFFLINE.forEach(name -> signers.put(name, Ed25519Signer.generate()));
        ONLINE.forEach(name -> signers.put(name, Ed25519Signer.generate()));
        return new StarterKeys(signers, Map.of());
    }

    /** The same ring with further keys to come, in memory only. */
    StarterKeys withNextInMemory(Map<String, Signer> further) {
        return new StarterKeys(signers, further);
    }

    @Override
    public Signer signer(String name, Collection<String> keyIds) {
        Signer coming = next.get(name);
        return coming != null && keyIds.contains(coming.publicKey().keyId()) ? coming : signer(name);
    }

    @Override
    public Signer signer(String name) {
        Signer signer = signers.get(name);
        if (signer == null) {
            throw new TrustException.NotFound(name, "the starter keys");
        }
        return signer;
    }
}
