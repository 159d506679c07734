package dev.muster.agent.policy;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.Installer;
import dev.muster.agent.update.Reasons;
import dev.muster.agent.update.RefusedException;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.BundleLoader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The permission bundle as a target. */
public final class PolicyInstaller implements Installer {
    private final PolicyKeeper keeper;

    public PolicyInstaller(PolicyKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public Optional<String> inForce() {
        return keeper.sha256InForce();
    }

    @Override
    public void admit(DesiredTarget target) throws IOException {
        if (target.length() > BundleLoader.MAX_LENGTH) {
            throw new RefusedException(
                    Reasons.BUNDLE_INVALID,
                    "expected at most " + BundleLoader.MAX_LENGTH + " bytes, found " + target.length());
        }
    }

    @Override
    public FileChannel open(DesiredTarget target) throws IOException {
        return FileChannel.open(
                part(target), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public void check(DesiredTarget target) throws IOException {
        Path part = part(target);
        if (!Files.exists(part)) {
            return; // moved by this very method before a power cut; activate checks the digest again
        }
        try {
            keeper.examine(part, target);
        } catch (BundleException e) {
            throw new RefusedException(Reasons.BUNDLE_INVALID, String.valueOf(e.getMessage()));
        }
        AtomicFiles.move(part, keeper.file(target.sha256()));
    }

    @Override
    public void activate(DesiredTarget target) throws IOException {
        try {
            keeper.activate(target);
        } catch (BundleException e) {
            // The bytes were good when they were checked: the disk lost them since.
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public Standing standing(DesiredTarget target) {
        return inForce().equals(Optional.of(target.sha256())) ? Standing.RUNNING : Standing.NOT_SWITCHED;
    }

    @Override
    public Optional<String> problem(DesiredTarget target) {
        return Optional.empty();
    }

    @Override
    public void commit(DesiredTarget target) throws IOException {
        keeper.prune();
    }

    @Override
    public void revert(DesiredTarget target) throws IOException {
        keeper.remove();
    }

    @Override
    public void remove() throws IOException {
        keeper.remove();
    }

    @Override
    public void discard(DesiredTarget target) throws IOException {
        Files.deleteIfExists(part(target));
    }

    private Path part(DesiredTarget target) {
        return keeper.file(target.sha256()).resolveSibling(target.sha256() + ".part");
    }
}
