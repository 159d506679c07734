package dev.muster.agent.gateway;

import dev.muster.agent.store.AlteredException;
import dev.muster.agent.store.ContentDigest;
import dev.muster.agent.update.DesiredTarget;
import dev.muster.agent.update.Downloads;
import dev.muster.agent.update.Installer;
import dev.muster.agent.update.RefusedException;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a target into force on a sub-device through its driver. What is in force is what the driver says, each time; a driver that says no left the old in
 * force.
 */
final class DriverInstaller implements Installer {
    /** Not now: asked again later, and no bad word about the content. */
    private static final String BUSY = "busy";

    private final Driver driver;
    private final String child;
    private final TargetName name;
    private final Downloads downloads;
    private final Path document;
    private Optional<String> failed = Optional.empty();
    private String why = "";

    /** For one target of one sub-device; {@code document} is its signed document, for those who check it once more. */
    DriverInstaller(Driver driver, String child, TargetName name, Downloads downloads, Path document) {
        this.driver = driver;
        this.child = child;
        this.name = name;
        this.downloads = downloads;
        this.document = document;
    }

    private JsonObject state() throws IOException {
        return driver.ask("state", Map.of("child", child, "target", name.text()));
    }

    @Override
    public Optional<String> inForce() throws IOException {
        return state().optionalString("sha256").filter(sha256 -> !sha256.isEmpty());
    }

    @Override
    public void admit(DesiredTarget target) throws IOException {
        String kind = name.text().replaceAll("/.*", "");
        state();
        if (!driver.kinds().contains(kind)) {
            throw new RefusedException(
                    "TargetNotSupported",
                    "expected one of " + driver.kinds().stream().sorted().toList() + " for driver `" + driver.name()
                            + "`, found `" + kind + "`");
        }
    }

    @Override
    public FileChannel open(DesiredTarget target) throws IOException {
        Files.createDirectories(downloads.file(target).getParent());
        return FileChannel.open(
                downloads.file(target), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public void check(DesiredTarget target) throws IOException {}

    @Override
    public void activate(DesiredTarget target) throws IOException {
        Path file = downloads.file(target);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (!ContentDigest.matches(channel, target.length(), target.sha256())) {
                throw new AlteredException("the bytes for `" + name.text() + "` are not those that were signed for");
            }
        }
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("child", child);
        question.put("target", name.text());
        question.put("version", target.version());
        question.put("sha256", target.sha256());
        question.put("length", target.length());
        question.put("file", file.toString());
        question.put("document", document.toString());
        failed = Optional.empty();
        try {
            driver.ask("apply", question);
        } catch (Driver.SaidNoException e) {
            if (e.code().equals(BUSY)) {
                throw e;
            }
            failed = Optional.of(target.sha256());
            why = e.code() + ": " + e.getMessage();
        }
    }

    @Override
    public Standing standing(DesiredTarget target) throws IOException {
        if (failed.equals(Optional.of(target.sha256()))) {
            return Standing.RUNNING;
        }
        return inForce().equals(Optional.of(target.sha256())) ? Standing.RUNNING : Standing.NOT_SWITCHED;
    }

    @Override
    public Optional<String> problem(DesiredTarget target) throws IOException {
        if (failed.equals(Optional.of(target.sha256()))) {
            return Optional.of(why);
        }
        return state().optionalString("problem").filter(text -> !text.isEmpty());
    }

    @Override
    public void commit(DesiredTarget target) {}

    @Override
    public void revert(DesiredTarget target) throws IOException {
        if (failed.isPresent()) {
            failed = Optional.empty();
            return;
        }
        driver.ask("revert", Map.of("child", child, "target", name.text()));
    }

    @Override
    public void remove() throws IOException {
        driver.ask("remove", Map.of("child", child, "target", name.text()));
    }

    @Override
    public void discard(DesiredTarget target) throws IOException {
        Files.deleteIfExists(downloads.file(target));
    }
}
