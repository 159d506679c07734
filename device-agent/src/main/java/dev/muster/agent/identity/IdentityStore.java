package dev.muster.agent.identity;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.TwinFile;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The identity in its files. One file, {@code identity.json}, holds key and certificate together, so that a renewal is
 * one atomic replacement and never a key with another key's certificate. What a device cannot get anew without a visit is
 * kept twice, see {@link TwinFile}. Not thread-safe.
 */
public final class IdentityStore {
    private static final String FILE = "identity.json";

    private final StateDir state;
    private final List<String> problems = new ArrayList<>();
    private final Map<Path, byte[]> alone = new LinkedHashMap<>();

    public IdentityStore(StateDir state) {
        this.state = state;
    }

    /** The identity, or empty where the device is not enrolled yet. */
    public Optional<DeviceIdentity> load() throws IOException {
        Path file = state.identity().resolve(FILE);
        Optional<byte[]> bytes = read(file);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonObject json = JsonObject.parse(bytes.get());
            return Optional.of(new DeviceIdentity(
                    json.convert("device", DeviceRef::parse),
                    Pem.privateKey(json.string("key")),
                    Pem.certificates(json.string("chain")),
                    Pem.certificates(json.string("ca")),
                    json.convert("server", URI::create),
                    json.string("mqtt"),
                    json.string("platform")));
        } catch (GeneralSecurityException | ProtocolException | IllegalArgumentException e) {
            throw new IOException("the identity in `" + file + "` cannot be read: " + e.getMessage(), e);
        }
    }

    /** Replaces the identity by what the server answered for {@code key}. */
    public DeviceIdentity save(PrivateKey key, EnrolResponse response, URI server, String platform) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("device", response.device().key());
        map.put("server", server.toString());
        map.put("mqtt", response.mqtt());
        map.put("platform", platform);
        map.put("key", Pem.encode("PRIVATE KEY", key.getEncoded()));
        map.put("chain", response.chainPem());
        map.put("ca", response.caPem());
        new TwinFile(state.identity().resolve(FILE)).write(JsonObject.write(map));
        return load().orElseThrow();
    }

    /** The same device with a server that is reached by other addresses now; it must still prove itself to our roots. */
    public DeviceIdentity move(URI server, String mqtt) throws IOException {
        Path file = state.identity().resolve(FILE);
        Map<String, Object> map =
                new LinkedHashMap<>(JsonObject.parse(read(file).orElseThrow()).members());
        map.put("server", server.toString());
        map.put("mqtt", mqtt);
        new TwinFile(file).write(JsonObject.write(map));
        return load().orElseThrow();
    }

    /** The trusted TUF roots given at enrolment; {@code repository} is {@code director} or {@code images}. */
    public byte[] initialRoot(String repository) throws IOException {
        Path file = rootFile(repository);
        return read(file).orElseThrow(() -> new IOException("`" + file + "` is missing"));
    }

    /** Keeps the TUF roots given at enrolment. A renewal never replaces them: only the root chain may. */
    public void saveInitialRoots(EnrolResponse response) throws IOException {
        new TwinFile(rootFile("director")).write(response.directorRoot().getBytes(StandardCharsets.UTF_8));
        new TwinFile(rootFile("images")).write(response.imagesRoot().getBytes(StandardCharsets.UTF_8));
    }

    /** What was wrong with the files that were read so far; each line names its file. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Keeps twice what was read from one file alone; called when all of it proved good. */
    public void keepTwice() throws IOException {
        for (Map.Entry<Path, byte[]> file : alone.entrySet()) {
            new TwinFile(file.getKey()).write(file.getValue());
        }
        alone.clear();
    }

    private Optional<byte[]> read(Path file) throws IOException {
        TwinFile twins = new TwinFile(file);
        Optional<byte[]> bytes = twins.read();
        problems.addAll(twins.problems());
        if (twins.isAlone()) {
            alone.put(file, bytes.orElseThrow());
        }
        return bytes;
    }

    private Path rootFile(String repository) throws IOException {
        return state.identity().resolve(repository + "-root.json");
    }

    /**
     * The key of an enrolment that was asked for and not yet answered; kept, so that asking again after a power cut
     * asks for the same key.
     */
    public Optional<KeyPair> pendingKey() throws IOException {
        Path file = state.identity().resolve("pending-key.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonObject json = JsonObject.parse(Files.readAllBytes(file));
        try {
            return Optional.of(Keys.pair(json.string("private"), json.string("public")));
        } catch (GeneralSecurityException e) {
            throw new IOException("the pending key in `" + file + "` cannot be read: " + e.getMessage(), e);
        }
    }

    /** Keeps the key of an enrolment that is about to be asked for. */
    public void savePendingKey(KeyPair pair) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("private", Keys.text(pair.getPrivate()));
        map.put("public", Keys.text(pair.getPublic()));
        AtomicFiles.write(state.identity().resolve("pending-key.json"), JsonObject.write(map));
    }

    /** Forgets the pending key; its identity is saved. */
    public void clearPendingKey() throws IOException {
        Files.deleteIfExists(state.identity().resolve("pending-key.json"));
    }
}
