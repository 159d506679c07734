package dev.muster.agent.update;

import dev.muster.agent.platform.Slots;
import dev.muster.agent.store.AlteredException;
import dev.muster.agent.store.ContentDigest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.regex.Pattern;

/** The operating system's image, on a platform with two slots or none. */
public final class ImageInstaller implements Installer {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Optional<Slots> slots;

    public ImageInstaller(Optional<Slots> slots) {
        this.slots = slots;
    }

    @Override
    public Optional<String> inForce() throws IOException {
        return slots.isEmpty()
                ? Optional.empty()
                : Optional.of(slots.get().booted().sha256());
    }

    @Override
    public void admit(DesiredTarget target) throws IOException {
        long capacity = require().inactiveCapacity();
        if (target.length() > capacity) {
            throw new RefusedException(
                    Reasons.NO_SPACE,
                    "expected an image of at most " + capacity + " bytes, found one of " + target.length());
        }
    }

    @Override
    public FileChannel open(DesiredTarget target) throws IOException {
        return require().openInactive(target.length());
    }

    @Override
    public Optional<Base> base() throws IOException {
        Slots.Booted booted = require().booted();
        // What others wrote there may be known by a name of theirs, or not at all.
        if (!SHA256.matcher(booted.sha256()).matches() || booted.length() == 0) {
            return Optional.empty();
        }
        return require().readRunning().map(channel -> new Base(booted.sha256(), booted.length(), channel));
    }

    @Override
    public void check(DesiredTarget target) {
        // The digest says all there is to say: an image is opaque to the agent.
    }

    @Override
    public void activate(DesiredTarget target) throws IOException {
        requireSignedFor(target);
        require().arm(target.version(), target.sha256(), target.length());
    }

    // The switch may have waited for weeks: what is in the slot now is what will boot.
    private void requireSignedFor(DesiredTarget target) throws IOException {
        String slot = require().inactive();
        try (FileChannel channel = require().readInactive()) {
            if (ContentDigest.matches(channel, target.length(), target.sha256())) {
                return;
            }
        } catch (IOException e) {
            throw new AlteredException("slot `" + slot + "` cannot be read back: " + e.getMessage());
        }
        throw new AlteredException(
                "expected slot `" + slot + "` to hold the image with sha256 `" + target.sha256() + "`, found another");
    }

    @Override
    public Standing standing(DesiredTarget target) throws IOException {
        boolean running = require().booted().sha256().equals(target.sha256());
        return switch (require().trial()) {
            case NONE -> running ? Standing.RUNNING : Standing.NOT_SWITCHED;
            case ARMED -> Standing.SWITCHED;
            case RUNNING -> Standing.RUNNING;
            case GIVEN_UP -> running ? Standing.LEAVING : Standing.BACK;
        };
    }

    @Override
    public String whyBack() {
        return slots.flatMap(Slots::whyGivenUp).orElseGet(Installer.super::whyBack);
    }

    // INVARIANT (no promise): where there is no way back, nothing is given up that runs.
    @Override
    public Optional<String> problem(DesiredTarget target) throws IOException {
        return require().canGoBack() ? require().problem() : Optional.empty();
    }

    @Override
    public void commit(DesiredTarget target) throws IOException {
        require().markGood();
    }

    @Override
    public void revert(DesiredTarget target) throws IOException {
        require().giveUp();
    }

    @Override
    public void remove() throws IOException {
        throw new RefusedException(Reasons.NO_SLOTS, "a device cannot be without an image");
    }

    @Override
    public void discard(DesiredTarget target) {
        // The slot that is not running is nobody's; the next image overwrites it.
    }

    private Slots require() throws RefusedException {
        return slots.orElseThrow(() ->
                new RefusedException(Reasons.NO_SLOTS, "this platform has no system slots; images cannot be updated"));
    }
}
