package dev.muster.agent.update;

import dev.muster.agent.apps.AppStore;
import dev.muster.agent.apps.BadPackageException;
import dev.muster.agent.apps.HapFile;
import dev.muster.agent.store.CheckedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.function.Predicate;

/** One app, by bundle name. */
public final class AppInstaller implements Installer {
    /** The package, its unpacked files, and air. */
    private static final int ROOM_FACTOR = 4;

    private final String bundle;
    private final AppStore store;
    private final Downloads downloads;
    private final Predicate<String> allowed;

    /** {@code allowed} says which apps the settings in force let in. */
    public AppInstaller(String bundle, AppStore store, Downloads downloads, Predicate<String> allowed) {
        this.bundle = bundle;
        this.store = store;
        this.downloads = downloads;
        this.allowed = allowed;
    }

    @Override
    public Optional<String> inForce() throws IOException {
        return store.installed(bundle).flatMap(AppStore.Installed::sha256);
    }

    @Override
    public void admit(DesiredTarget target) throws IOException {
        if (!allowed.test(bundle)) {
            throw new RefusedException(
                    Reasons.APP_NOT_ALLOWED, "`" + bundle + "` is not on the list of apps in this device's settings");
        }
        downloads.requireRoom(target, ROOM_FACTOR, Room.RESERVE_BYTES);
    }

    @Override
    public FileChannel open(DesiredTarget target) throws IOException {
        return downloads.open(target);
    }

    @Override
    public void check(DesiredTarget target) throws IOException {
        CheckedFile file = CheckedFile.of(downloads.file(target), target.length(), target.sha256());
        try {
            stage(file, target);
        } catch (RefusedException | BadPackageException e) {
            // Only the package that was signed for can be at fault, and be put aside for good.
            file.requireUntouched();
            throw e;
        }
    }

    private void stage(CheckedFile file, DesiredTarget target) throws IOException {
        try (HapFile hap = new HapFile(file)) {
            if (!hap.manifest().bundle().equals(bundle)) {
                throw new RefusedException(
                        Reasons.BUNDLE_MISMATCH,
                        "expected a package of `" + bundle + "`, found one of `"
                                + hap.manifest().bundle() + "`");
            }
            var installed = store.installed(bundle);
            if (installed.isPresent()
                    && hap.manifest().versionCode() < installed.get().app().versionCode()) {
                throw new RefusedException(
                        Reasons.VERSION_DOWNGRADE,
                        "expected a version code of at least "
                                + installed.get().app().versionCode() + ", found "
                                + hap.manifest().versionCode());
            }
            store.stage(hap, target.sha256());
        }
    }

    @Override
    public void activate(DesiredTarget target) throws IOException {
        store.activate(bundle, target.sha256());
    }

    @Override
    public Standing standing(DesiredTarget target) throws IOException {
        return inForce().equals(Optional.of(target.sha256())) ? Standing.RUNNING : Standing.NOT_SWITCHED;
    }

    @Override
    public Optional<String> problem(DesiredTarget target) throws IOException {
        return store.problem(bundle);
    }

    @Override
    public void commit(DesiredTarget target) throws IOException {
        store.commit(bundle);
    }

    @Override
    public void revert(DesiredTarget target) throws IOException {
        store.revert(bundle);
    }

    @Override
    public void remove() throws IOException {
        store.remove(bundle);
    }

    @Override
    public void discard(DesiredTarget target) throws IOException {
        downloads.discard(target);
    }
}
