package dev.muster.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The one directory an agent writes to, owner-only, and the names of what lies in it. Immutable. */
public record StateDir(Path root) {
    public StateDir {
        root = root.toAbsolutePath().normalize();
    }

    /** Creates the directory for its owner alone, and takes rights of others away from one that exists. */
    public StateDir create() throws IOException {
        ownerOnly(root);
        return this;
    }

    /** Key, certificate chain and enrolment. */
    public Path identity() throws IOException {
        return ownerOnly(root.resolve("identity"));
    }

    /** Trusted TUF metadata, one directory per repository. */
    public Path trust() throws IOException {
        return ownerOnly(root.resolve("trust"));
    }

    /** Journal, boot counter. */
    public Path journal() throws IOException {
        return ownerOnly(root.resolve("journal"));
    }

    /** Downloads that are not in place yet. */
    public Path downloads() throws IOException {
        return ownerOnly(root.resolve("downloads"));
    }

    /** The agent's own last lines. */
    public Path log() throws IOException {
        return ownerOnly(root.resolve("log"));
    }

    /** Archives that are on their way to the server. */
    public Path uploads() throws IOException {
        return ownerOnly(root.resolve("uploads"));
    }

    /** The permission bundle in force and the one before. */
    public Path policy() throws IOException {
        return ownerOnly(root.resolve("policy"));
    }

    /** Disk queues. */
    public Path queue() throws IOException {
        return ownerOnly(root.resolve("queue"));
    }

    /** The simulated hardware. */
    public Path device() throws IOException {
        return ownerOnly(root.resolve("device"));
    }

    /** Apps of platforms that have no installer of their own. */
    public Path apps() throws IOException {
        return ownerOnly(root.resolve("apps"));
    }

    /** Packages on their way to the platform's own installer, and what it was given. */
    public Path bundles() throws IOException {
        return ownerOnly(root.resolve("bundles"));
    }

    /** The settings document in force. */
    public Path settings() {
        return root.resolve("settings.json");
    }

    /** Our own copy of the settings document in force. */
    public Path settingsCopy() throws IOException {
        return journal().resolve("settings.json");
    }

    /** Files that settings put here, on platforms that are real. */
    public Path settingsFiles() {
        return root.resolve("files");
    }

    /** The permission bundle that is only watched. */
    public Path shadow() throws IOException {
        return ownerOnly(root.resolve("policy-shadow"));
    }

    /** The capability file in force. */
    public Path capabilities() throws IOException {
        return ownerOnly(root.resolve("capabilities"));
    }

    /** Content that this device keeps for others of its site. */
    public Path siteCache() throws IOException {
        return ownerOnly(root.resolve("site-cache"));
    }

    /** What is known of a sub-device, laid out as for a device. */
    public StateDir child(String name) throws IOException {
        ownerOnly(root.resolve("children"));
        return new StateDir(root.resolve("children").resolve(name)).create();
    }

    /** What a site's integration tells of the moment, on platforms that are real. */
    public Path situation() {
        return root.resolve("situation.json");
    }

    /** Where services on this device ask. */
    public Path socket() {
        return root.resolve("agent.sock");
    }

    /** Held by the one process that runs this agent. */
    public Path lock() {
        return root.resolve("agent.lock");
    }

    private static Path ownerOnly(Path directory) throws IOException {
        var owner = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(owner));
        // Not where it is so already: a disk that became read-only refuses even that.
        if (!Files.getPosixFilePermissions(directory).equals(owner)) {
            Files.setPosixFilePermissions(directory, owner);
        }
        return directory;
    }
}
