package dev.muster.agent.reconcile;

import dev.muster.agent.apps.AppPackage;
import dev.muster.agent.apps.AppStore;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.Slots;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.policy.model.AppKey;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.protocol.manifest.VersionManifest.InstalledImage;
import dev.muster.protocol.permissions.AppInstance;
import dev.muster.protocol.permissions.PermissionReport;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends the signed version manifest whenever it says something new. One thread. */
final class ManifestSender {
    private static final int MAX_ANSWER_BYTES = 64 << 10;
    private static final int MAX_ATTACKS = 16;

    private final Platform platform;
    private final Supplier<PermissionReport> permissions;
    private final InstantSource clock;
    private final List<String> attacks = new ArrayList<>();
    private @Nullable VersionManifest sent;

    ManifestSender(Platform platform, Supplier<PermissionReport> permissions, InstantSource clock) {
        this.platform = platform;
        this.permissions = permissions;
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
        VersionManifest news = lasting(manifest);
        if (news.equals(sent)) {
            return;
        }
        VersionManifest dated = new VersionManifest(
                manifest.device(),
                clock.instant(),
                manifest.generation(),
                manifest.hardware(),
                manifest.image(),
                manifest.apps(),
                manifest.attacks(),
                manifest.permissions());
        try {
            https.send(
                    "PUT",
                    "/device/v1/manifest",
                    SignedManifest.sign(dated, identity.key()).toJson(),
                    MAX_ANSWER_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IOException("the manifest cannot be signed: " + e.getMessage(), e);
        }
        sent = attacks.isEmpty() ? news : null; // without the attacks it says something new again
        attacks.clear();
    }

    /**
     * What makes a manifest worth sending: not that a process more runs, nor that the lease ends later after every
     * contact.
     */
    private static VersionManifest lasting(VersionManifest manifest) {
        return new VersionManifest(
                manifest.device(),
                manifest.at(),
                manifest.generation(),
                manifest.hardware(),
                manifest.image(),
                manifest.apps().stream()
                        .map(app -> app.withProcesses(app.processes().map(count -> Math.min(count, 1))))
                        .toList(),
                manifest.attacks(),
                manifest.permissions().map(report -> report.withLeaseEnds(Optional.empty())));
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
            AppPackage app = installed.app();
            AppStore.Privilege privilege = platform.apps().privilege(app);
            apps.add(new InstalledApp(
                    app.bundle(),
                    app.versionCode(),
                    app.versionName(),
                    installed.sha256(),
                    privilege.apl(),
                    app.permissions(),
                    privilege.acls(),
                    Optional.empty(),
                    platform.permissions().processes(AppKey.of(app.bundle())),
                    AppInstance.FIRST_USER,
                    0));
        }
        return new VersionManifest(
                identity.ref(),
                Instant.EPOCH,
                generation,
                platform.hardware(),
                image,
                apps,
                attacks,
                Optional.of(permissions.get()));
    }
}
