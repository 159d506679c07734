package dev.muster.control.artifacts;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.trustrepo.Publisher;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of some bytes.
 *
 * @param name of the image, bundle name of the app, or the kind itself
 * @param version as devices report it: an app's is its version code
 * @param hardware the bytes fit, or {@code *}
 * @param releaseCounter never goes down on a device; an app's is its version code
 * @param permissions an app requests
 * @param details what was read from the bytes
 * @param uploadedBy identity, {@code issuer#subject}
 * @param uploadedByName name of that day, for people; proves nothing
 */
public record Artifact(
        String sha256,
        long length,
        Kind kind,
        String name,
        String version,
        long versionCode,
        String versionName,
        String hardware,
        long releaseCounter,
        String signer,
        String apl,
        List<String> permissions,
        ArtifactDetails details,
        Instant uploadedAt,
        String uploadedBy,
        String uploadedByName) {
    public Artifact {
        permissions = List.copyOf(permissions);
    }

    /** What the bytes are. */
    public enum Kind {
        IMAGE,
        APP,
        POLICY,
        POLICY_SHADOW,
        CAPABILITIES,
        SETTINGS,
        /** What makes one image of another. */
        DELTA,
        /** The hashes of an image's segments. */
        SEGMENTS;

        /** Lower case, as stored and shown. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        static Kind parse(String text) {
            return valueOf(text.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
        }
    }

    /** What bytes that the server made are called. */
    public record Named(Kind kind, String name) {}

    Artifact named(String other) {
        return new Artifact(
                sha256,
                length,
                kind,
                other,
                version,
                versionCode,
                versionName,
                hardware,
                releaseCounter,
                signer,
                apl,
                permissions,
                details,
                uploadedAt,
                uploadedBy,
                uploadedByName);
    }

    /** What the bytes are for on a device. */
    public TargetName targetName() {
        return switch (kind) {
            case IMAGE -> new TargetName.Image();
            case APP -> new TargetName.App(name);
            case POLICY -> new TargetName.Policy();
            case POLICY_SHADOW -> new TargetName.PolicyShadow();
            case CAPABILITIES -> new TargetName.Capabilities();
            case SETTINGS -> new TargetName.Settings();
            case DELTA, SEGMENTS -> new TargetName.Image();
        };
    }

    /** Name in the image repository; its first parts decide who must sign. */
    public String path() {
        return switch (kind) {
            case IMAGE -> "images/" + Publisher.byDefault().name() + "/" + sha256 + ".img";
            case APP -> "apps/" + Publisher.byDefault().name() + "/" + sha256 + ".hap";
            case POLICY -> "policy/" + sha256 + ".bundle";
            case POLICY_SHADOW -> "policy/" + sha256 + ".shadow";
            case CAPABILITIES -> "policy/" + sha256 + ".capabilities";
            case SETTINGS -> "settings/" + sha256 + ".json";
            case DELTA, SEGMENTS -> "delta/" + name;
        };
    }

    /** Who vouches for it. */
    Publisher publisher() {
        return switch (kind) {
            case IMAGE, APP -> Publisher.byDefault();
            case POLICY, POLICY_SHADOW, CAPABILITIES -> new Publisher.Policy();
            case SETTINGS -> new Publisher.Settings();
            case DELTA, SEGMENTS -> new Publisher.Delta();
        };
    }

    /** What the image repository says about it beside length and digest. */
    TargetCustom custom() {
        return new TargetCustom(targetName(), hardware, version, releaseCounter, Optional.empty(), Optional.empty());
    }

    /** This artifact as a target of a device. */
    public DesiredContent.Present present() {
        return present(Optional.empty(), Optional.empty());
    }

    /** The same with a lease, for policies. */
    public DesiredContent.Present present(Optional<Duration> lease, Optional<String> onExpiry) {
        return new DesiredContent.Present(sha256, path(), length, version, hardware, releaseCounter, lease, onExpiry);
    }
}
