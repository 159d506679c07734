package dev.muster.trust.repository;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.KeyFiles;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    private final Map<String, Signer> signers;

    private StarterKeys(Map<String, Signer> signers) {
        this.signers = Map.copyOf(signers);
    }

    /**
     * Loads the keys in {@code directory} and makes those that are missing.
     *
     * @throws TrustException.Malformed if others than the owner may read the directory or a key
     */
    public static StarterKeys createOrLoad(Path directory) {
        KeyFiles.ownerOnlyDirectory(directory);
        Map<String, Signer> signers = new HashMap<>();
        for (List<String> names : List.of(OFFLINE, ONLINE)) {
            for (String name : names) {
                Path file = file(directory, name);
                if (!Files.exists(file)) {
                    if (names.equals(OFFLINE) && Files.exists(directory.resolve(REMOVED))) {
                        continue;
                    }
                    KeyFiles.save(file, Ed25519Signer.generate());
                }
                signers.put(name, KeyFiles.load(file));
            }
        }
        return new StarterKeys(signers);
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
        return new StarterKeys(signers);
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
