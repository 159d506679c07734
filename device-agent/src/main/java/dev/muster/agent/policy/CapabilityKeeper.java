package dev.muster.agent.policy;

import dev.muster.agent.update.Installer;
import dev.muster.agent.update.Reasons;
import dev.muster.agent.update.RefusedException;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.VerifiedTarget;
import dev.muster.policy.capability.CapabilityException;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.trust.metadata.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The device's own capabilities: a file that names this device. A revocation is a new file, or none. {@link #restore} is
 * called once before anything else; the rest is for any thread.
 */
final class CapabilityKeeper {
    private final Shelf<CapabilityFile> shelf;

    /**
     * Keeps its files in {@code directory}.
     *
     * @param device id of this device; a file for another one is refused
     */
    CapabilityKeeper(Path directory, String device) {
        this.shelf = new Shelf<>(directory, ".capabilities", (file, target) -> read(file, target, device));
    }

    /** Puts the kept file into force, at start; what is wrong with it otherwise, and then none is in force. */
    Optional<String> restore() throws IOException {
        return shelf.restore();
    }

    /** The file in force. */
    Optional<CapabilityFile> file() {
        return shelf.held().map(Shelf.Held::content);
    }

    /** SHA-256 of the file in force. */
    Optional<String> sha256() {
        return shelf.sha256();
    }

    /** The file as a target; {@code changed} is called after every switch. */
    Installer installer(Runnable changed) {
        return new ShelfInstaller<>(shelf, CapabilityFile.MAX_LENGTH, new ShelfInstaller.Rules<CapabilityFile>() {
            @Override
            public void admit(CapabilityFile candidate) throws RefusedException {
                long before = file().map(CapabilityFile::policyVersion).orElse(0L);
                if (candidate.policyVersion() < before) {
                    throw new RefusedException(
                            Reasons.POLICY_OLDER,
                            "expected capabilities of policy version " + before + " or newer, found "
                                    + candidate.policyVersion());
                }
            }

            @Override
            public Optional<String> problem(CapabilityFile content) {
                return Optional.empty();
            }

            @Override
            public void changed() {
                changed.run();
            }
        });
    }

    private static CapabilityFile read(Path path, VerifiedTarget target, String device) {
        try (InputStream in = Files.newInputStream(path)) {
            // One byte more than promised, so that a longer file is seen without reading all of it.
            byte[] bytes = in.readNBytes((int) Math.min(target.length(), CapabilityFile.MAX_LENGTH) + 1);
            if (bytes.length != target.length() || !Hashes.sha256(bytes).equals(target.sha256())) {
                throw new BundleException("capabilities: " + target.length() + " bytes with sha256 " + target.sha256()
                        + " expected by verified metadata, found others");
            }
            return CapabilityFile.read(ByteBuffer.wrap(bytes), device);
        } catch (IOException e) {
            throw new BundleException("capabilities cannot be read: " + e.getMessage(), e);
        } catch (CapabilityException e) {
            throw new BundleException(String.valueOf(e.getMessage()), e);
        }
    }
}
