package dev.muster.agent.policy;

import dev.muster.agent.store.AtomicFiles;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.Installer;
import dev.muster.agent.update.Reasons;
import dev.muster.agent.update.RefusedException;
import dev.muster.agent.update.Room;
import dev.muster.policy.bundle.BundleException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file of the policy as a target: the bundle in force, the one that is only watched, the capabilities. What is refused
 * leaves the one in force untouched.
 *
 * @param <T> what the file is read into
 */
final class ShelfInstaller<T> implements Installer {
    private final Shelf<T> shelf;
    private final long maxBytes;
    private final Rules<T> rules;

    /** What differs between the kinds. */
    interface Rules<T> {
        /** Throws {@link RefusedException} if {@code candidate} must not follow what is in force. */
        void admit(T candidate) throws RefusedException;

        /** What the local check says against what is in force now; empty if it is well. */
        Optional<String> problem(T content);

        /** Something else is in force now, or nothing. */
        void changed() throws IOException;
    }

    ShelfInstaller(Shelf<T> shelf, long maxBytes, Rules<T> rules) {
        this.shelf = shelf;
        this.maxBytes = maxBytes;
        this.rules = rules;
    }

    @Override
    public Optional<String> inForce() {
        return shelf.sha256();
    }

    @Override
    public void admit(DesiredTarget target) throws IOException {
        if (target.length() > maxBytes) {
            throw new RefusedException(
                    Reasons.BUNDLE_INVALID, "expected at most " + maxBytes + " bytes, found " + target.length());
        }
        Room.require(shelf.directory(), target, 1, 0);
    }

    @Override
    public FileChannel open(DesiredTarget target) throws IOException {
        return AtomicFiles.openOrCreate(part(target), target.length());
    }

    @Override
    public void check(DesiredTarget target) throws IOException {
        Path part = part(target);
        if (!Files.exists(part)) {
            return; // moved by this very method before a power cut; activate checks the digest again
        }
        try {
            rules.admit(shelf.examine(part, target));
        } catch (BundleException e) {
            throw new RefusedException(Reasons.BUNDLE_INVALID, String.valueOf(e.getMessage()));
        }
        AtomicFiles.move(part, shelf.file(target.sha256()));
    }

    @Override
    public void activate(DesiredTarget target) throws IOException {
        try {
            shelf.activate(target);
        } catch (BundleException e) {
            // The bytes were good when they were checked: the disk lost them since.
            throw new IOException(e.getMessage(), e);
        }
        rules.changed();
    }

    @Override
    public void renew(DesiredTarget target) throws IOException {
        if (shelf.renew(target)) {
            rules.changed();
        }
    }

    @Override
    public Standing standing(DesiredTarget target) {
        return inForce().equals(Optional.of(target.sha256())) ? Standing.RUNNING : Standing.NOT_SWITCHED;
    }

    @Override
    public Optional<String> problem(DesiredTarget target) {
        return shelf.held()
                .map(held -> rules.problem(held.content()))
                .orElse(Optional.of("nothing is in force after the switch"));
    }

    @Override
    public void commit(DesiredTarget target) throws IOException {
        shelf.prune();
    }

    @Override
    public void revert(DesiredTarget target) throws IOException {
        shelf.revert();
        rules.changed();
    }

    @Override
    public void remove() throws IOException {
        shelf.remove();
        rules.changed();
    }

    @Override
    public void discard(DesiredTarget target) throws IOException {
        Files.deleteIfExists(part(target));
    }

    private Path part(DesiredTarget target) {
        return shelf.file(target.sha256()).resolveSibling(target.sha256() + ".part");
    }
}
