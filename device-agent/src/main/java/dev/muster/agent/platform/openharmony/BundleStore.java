package dev.muster.agent.platform.openharmony;

import dev.muster.agent.apps.AppPackage;
import dev.muster.agent.apps.AppStore;
import dev.muster.agent.apps.BadPackageException;
import dev.muster.agent.apps.HapFile;
import dev.muster.agent.store.AlteredException;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.store.CheckedFile;
import dev.muster.agent.store.SealedJson;
import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Apps through the bundle manager. It keeps no version beside the one in force, so there is no way back to the one before: a newer
 * version that is found unfit is followed by a still newer one, or removed with its data. Which package an app came from is
 * remembered beside; an app whose version or token is another than then was put there by somebody else. Thread-safe.
 */
public final class BundleStore implements AppStore {
    private static final String RECORD = ".json";
    private static final String STAGED = ".hap";

    private final BundleManager bundles;
    private final Path directory;

    /** What we installed: the app counts as ours while it has this version and token. */
    private record Ours(String sha256, long versionCode, long token) {
        boolean is(InstalledBundle bundle) {
            return bundle.versionCode() == versionCode && bundle.token() == token;
        }
    }

    /** Keeps packages and records in {@code directory}, which exists. */
    public BundleStore(BundleManager bundles, Path directory) {
        this.bundles = bundles;
        this.directory = directory;
    }

    @Override
    public synchronized List<Installed> installed() throws IOException {
        List<Installed> result = new ArrayList<>();
        for (InstalledBundle bundle : bundles.all()) {
            result.add(installed(bundle));
        }
        return List.copyOf(result);
    }

    @Override
    public synchronized Optional<Installed> installed(String bundle) throws IOException {
        return bundles.find(bundle).map(this::installed);
    }

    // The installer lets a permission above the level in only where the profile's list lifts it: what is installed and
    // asks
    // for one has it on its list.
    @Override
    public Privilege privilege(AppPackage app) {
        Optional<Apl> level =
                bundles.known(app.bundle()).map(InstalledBundle::apl).flatMap(Apl::parse);
        if (level.isEmpty()) {
            return Privilege.NORMAL;
        }
        List<String> lifted = app.permissions().stream()
                .filter(name -> PermissionCatalog.builtIn()
                        .find(name)
                        .filter(permission -> !level.get().covers(permission.availableLevel()))
                        .isPresent())
                .toList();
        return new Privilege(level.get().text(), lifted);
    }

    private Installed installed(InstalledBundle bundle) {
        AppPackage app =
                new AppPackage(bundle.bundle(), bundle.versionCode(), bundle.versionName(), bundle.permissions());
        return new Installed(
                app, ours(bundle.bundle()).filter(known -> known.is(bundle)).map(Ours::sha256));
    }

    @Override
    public synchronized void stage(HapFile hap, String sha256) throws IOException {
        Path staged = staged(hap.manifest().bundle(), sha256);
        if (Files.exists(staged)) {
            return;
        }
        Path part = staged.resolveSibling(staged.getFileName() + ".part");
        Files.deleteIfExists(part);
        hap.copyTo(part);
        AtomicFiles.sync(part);
        AtomicFiles.move(part, staged);
    }

    @Override
    public synchronized void activate(String bundle, String sha256) throws IOException {
        Path staged = staged(bundle, sha256);
        if (!Files.exists(staged)) {
            throw new AlteredException("the package of `" + bundle + "` is not there any more");
        }
        try {
            CheckedFile.of(staged, Files.size(staged), sha256);
        } catch (AlteredException e) {
            Files.deleteIfExists(staged);
            throw e;
        }
        switch (bundles.install(staged)) {
            case BundleAnswer.Refused refused -> {
                Files.deleteIfExists(staged);
                throw new BadPackageException(refused.reason(), refused.text());
            }
            case BundleAnswer.Done done -> {
                // Said is not done: what counts is what is there.
                InstalledBundle now = bundles.find(bundle)
                        .orElseThrow(() -> new BadPackageException(
                                "DeviceError",
                                "the bundle manager said it installed `" + bundle + "`; it is not there"));
                AtomicFiles.write(
                        record(bundle),
                        SealedJson.write(new LinkedHashMap<>(
                                Map.of("sha256", sha256, "versionCode", now.versionCode(), "token", now.token()))));
            }
        }
    }

    @Override
    public synchronized void distrust(String bundle) throws IOException {
        Files.deleteIfExists(record(bundle));
    }

    @Override
    public synchronized Optional<String> problem(String bundle) throws IOException {
        Optional<InstalledBundle> now = bundles.find(bundle);
        if (now.isEmpty()) {
            return Optional.of("the bundle manager does not know `" + bundle + "` any more");
        }
        return ours(bundle).filter(known -> known.is(now.get())).isPresent()
                ? Optional.empty()
                : Optional.of("somebody installed another version of `" + bundle + "` in the meantime");
    }

    // Only what is not there any more, or was replaced by somebody, is ever reverted: see `problem`. The bundle manager
    // goes back to no older version.
    @Override
    public synchronized void revert(String bundle) throws IOException {
        distrust(bundle);
        clean(bundle);
    }

    @Override
    public synchronized void commit(String bundle) throws IOException {
        clean(bundle);
    }

    @Override
    public synchronized void remove(String bundle) throws IOException {
        switch (bundles.uninstall(bundle)) {
            case BundleAnswer.Done done -> {}
            case BundleAnswer.Refused refused -> {
                if (bundles.find(bundle).isPresent()) {
                    throw new IOException("`" + bundle + "` is not removed: " + refused.text());
                }
            }
        }
        distrust(bundle);
        clean(bundle);
    }

    /** The bundle manager keeps the files where only it may look. */
    @Override
    public Optional<Path> location(String bundle) {
        return Optional.empty();
    }

    private Optional<Ours> ours(String bundle) {
        Path file = record(bundle);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonObject json = SealedJson.read(Files.readAllBytes(file));
            return Optional.of(new Ours(json.string("sha256"), json.number("versionCode"), json.number("token")));
        } catch (IOException | ProtocolException e) {
            return Optional.empty(); // damaged: the app counts as put there by somebody else, and is installed anew
        }
    }

    private void clean(String bundle) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(bundle + "-") && !name.endsWith(RECORD)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private Path record(String bundle) {
        return directory.resolve(bundle + RECORD);
    }

    private Path staged(String bundle, String sha256) {
        return directory.resolve(bundle + "-" + sha256 + STAGED);
    }
}
