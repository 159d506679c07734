package dev.muster.benchmarks.rollout;

import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.Tls;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** One device with a certificate, which fetches what the director signed for it over one kept connection. One thread. */
final class BenchDevice {
    private static final long MAX_BYTES = 1 << 20;

    private final DeviceHttps https;

    private BenchDevice(DeviceHttps https) {
        this.https = https;
    }

    /**
     * Enrols under {@code name}.
     *
     * @param flags {@code --server}, {@code --token}, {@code --ca-fingerprint} and their values
     */
    static BenchDevice enrol(List<String> flags, String name, Path directory)
            throws IOException, GeneralSecurityException {
        StateDir state = new StateDir(directory).create();
        Enroller.Invitation invitation = new Enroller.Invitation(
                URI.create(after("--server", flags)),
                after("--token", flags),
                after("--ca-fingerprint", flags),
                Optional.of(name));
        DeviceIdentity identity = new Enroller(state)
                .enrol(invitation, Platforms.open("simulated", state, Clock.systemUTC(), System::nanoTime, () -> {}));
        return new BenchDevice(new DeviceHttps(identity.server(), Tls.mutual(identity)));
    }

    /** Fetches timestamp, snapshot and targets, as an agent does after a hint; the server signs them if they are due. */
    void fetch() throws IOException {
        long version = version(get("timestamp.json"), "snapshot.json");
        get(version(get(version + ".snapshot.json"), "targets.json") + ".targets.json");
    }

    private JsonObject get(String name) throws IOException {
        return JsonObject.parse(https.get("/device/v1/director/" + name, MAX_BYTES)
                .orElseThrow(() -> new IOException("expected `" + name + "` from the director, found nothing")));
    }

    private static long version(JsonObject document, String file) {
        return document.object("signed").object("meta").object(file).number("version");
    }

    private static String after(String flag, List<String> flags) {
        return flags.get(flags.indexOf(flag) + 1);
    }
}
