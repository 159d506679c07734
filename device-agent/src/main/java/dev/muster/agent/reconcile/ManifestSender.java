package dev.muster.agent.reconcile;

import dev.muster.agent.apps.AppStore;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.Slots;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.protocol.manifest.VersionManifest.InstalledImage;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends the signed version manifest whenever it says something new. One thread. */
final class ManifestSender {
    private static final int MAX_ANSWER_BYTES = 64 << 10;
    private static final int MAX_ATTACKS = 16;
    /** The signed profile that would name another level is not read by file-based platforms. */
    private static final String APL = "normal";

    private final Platform platform;
    private final InstantSource clock;
    private final List<String> attacks = new ArrayList<>();
    private @Nullable VersionManifest sent;

    ManifestSender(Platform platform, InstantSource clock) {
        this.platform = platform;
        this.clock = clock;
    }

    /** Something looked like an attack; told with the next manifest. */
    void attack(String line) {
        if (attacks.size() < MAX_ATTACKS && !attacks.contains(line)) {
            attacks.add(line);
        }
    }

    void sendIfChanged(DeviceIdentity identity, DeviceHttps https, long generation) throws IOException {
        VersionManifest manifest = manifest(identity, generation);
        if (manifest.equals(sent)) {
            return;
        }
        VersionManifest dated = new VersionManifest(
                manifest.device(),
                clock.instant(),
                manifest.generation(),
                manifest.hardware(),
                manifest.image(),
                manifest.apps(),
                manifest.attacks());
        try {
            https.send(
                    "PUT",
                    "/device/v1/manifest",
                    SignedManifest.sign(dated, identity.key()).toJson(),
                    MAX_ANSWER_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IOException("the manifest cannot be signed: " + e.getMessage(), e);
        }
        attacks.clear();
        sent = manifest(identity, generation);
    }

    // Without a date, so that two can be compared.
    private VersionManifest manifest(DeviceIdentity identity, long generation) throws IOException {
        Optional<InstalledImage> image = Optional.empty();
        Optional<Slots> slots = platform.slots();
        if (slots.isPresent()) {
            Slots.Booted booted = slots.get().booted();
            image = Optional.of(new InstalledImage(booted.version(), booted.sha256(), booted.length(), booted.slot()));
        }
        List<InstalledApp> apps = new ArrayList<>();
        for (AppStore.Installed installed : platform.apps().installed()) {
            apps.add(new InstalledApp(
                    installed.app().bundle(),
                    installed.app().versionCode(),
                    installed.app().versionName(),
                    installed.sha256(),
                    APL,
                    installed.app().permissions()));
        }
        return new VersionManifest(
                identity.ref(), Instant.EPOCH, generation, platform.hardware(), image, apps, attacks);
    }
}
