package dev.muster.control.artifacts;

import dev.muster.control.access.Caller;
import dev.muster.control.config.DataDirectory;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.ota.OtaPackage;
import dev.muster.control.ota.OtaReader;
import dev.muster.control.packages.KnownRoots;
import dev.muster.control.packages.PackageConfig;
import dev.muster.control.packages.PackageInfo;
import dev.muster.control.packages.PackageReader;
import dev.muster.control.vendors.VendorService;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Says what received bytes are, from what people say of them and from what they say themselves. Thread-safe. */
@Singleton
final class ArtifactDescriber {
    private final Clock clock;
    private final VendorService vendors;
    private final boolean requireSignature;
    private final Path scratch;

    ArtifactDescriber(PackageConfig config, VendorService vendors, DataDirectory data, Clock clock) {
        this.clock = clock;
        this.vendors = vendors;
        this.requireSignature = config.requireSignature();
        try {
            // Beside unfinished uploads, and swept with them after a crash.
            this.scratch = FileArtifactBytes.incoming(data.directory("artifacts"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the directory for uploads", e);
        }
    }

    /** An upload. */
    Artifact uploaded(Caller caller, Upload upload, ArtifactBytes.Pending pending) throws IOException {
        KnownRoots roots = vendors.of(caller.tenant());
        return switch (upload) {
            case Upload.App app ->
                app(caller, new PackageReader(roots, requireSignature, clock, scratch).read(pending.file()), pending);
            case Upload.Image image -> image(caller, image, new OtaReader(roots, requireSignature, clock), pending);
        };
    }

    /** Bytes that the server made. */
    Artifact made(TenantId tenant, Artifact.Kind kind, String version, ArtifactBytes.Pending pending) {
        return new Artifact(
                pending.sha256(),
                pending.length(),
                kind,
                kind.text(),
                version,
                0,
                "",
                TargetCustom.ANY_HARDWARE,
                0,
                "",
                "",
                List.of(),
                new ArtifactDetails.None(),
                clock.instant(),
                new Caller.Server(tenant, kind.text()).actor(),
                new Caller.Server(tenant, kind.text()).name());
    }

    private Artifact app(Caller caller, PackageInfo info, ArtifactBytes.Pending pending) {
        AppDetails details = AppDetails.of(info);
        return new Artifact(
                pending.sha256(),
                pending.length(),
                Artifact.Kind.APP,
                info.bundle(),
                Long.toString(info.versionCode()),
                info.versionCode(),
                info.versionName(),
                TargetCustom.ANY_HARDWARE,
                info.versionCode(),
                info.signature().text(),
                details.apl().text(),
                info.permissions(),
                new ArtifactDetails.OfApp(details),
                clock.instant(),
                caller.actor(),
                caller.name());
    }

    private Artifact image(Caller caller, Upload.Image image, OtaReader otas, ArtifactBytes.Pending pending)
            throws IOException {
        if (pending.length() == 0) {
            throw new ProblemException(ProblemCode.ARTIFACT_INVALID, "expected an image, found no bytes");
        }
        Optional<OtaPackage> ota = otas.read(pending.file());
        return new Artifact(
                pending.sha256(),
                pending.length(),
                Artifact.Kind.IMAGE,
                stated("name", image.name(), ota.map(found -> "os")),
                stated("version", image.version(), ota.map(found -> word(found.softwareVersion()))),
                0,
                ota.map(OtaPackage::softwareVersion).orElse(""),
                stated("hardware", image.hardware(), ota.flatMap(ArtifactDescriber::board)),
                image.releaseCounter(),
                ota.map(found -> found.signature().text()).orElse(""),
                "",
                List.of(),
                ota.<ArtifactDetails>map(found -> new ArtifactDetails.OfOta(OtaDetails.of(found)))
                        .orElseGet(ArtifactDetails.None::new),
                clock.instant(),
                caller.actor(),
                caller.name());
    }

    /** What a person says wins over what the package says; one of them has to say it. */
    private static String stated(String member, Optional<String> byPerson, Optional<String> byPackage) {
        return Upload.Image.require(member, byPerson.or(() -> byPackage).orElse(""));
    }

    /** The hardware of a package that is for one board. */
    private static Optional<String> board(OtaPackage ota) {
        return ota.boards().size() == 1 ? Optional.of(word(ota.boards().getFirst())) : Optional.empty();
    }

    /** Versions of whole systems have blanks in them; those of targets do not. */
    private static String word(String text) {
        String word = text.replaceAll("[^A-Za-z0-9._+-]+", "-").replaceAll("^[^A-Za-z0-9]+", "");
        return word.length() > 64 ? word.substring(0, 64) : word;
    }
}
