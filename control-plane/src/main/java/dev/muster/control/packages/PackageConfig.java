package dev.muster.control.packages;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whose packages are known. */
@ConfigMapping(prefix = "muster.packages")
public interface PackageConfig {
    /** PEM files with the roots of vendors whose app and OTA signatures count as verified; none by default. */
    Optional<List<Path>> trustAnchors();

    /** Refuse apps and OTA packages without a signature, as release builds of the system do. */
    @WithDefault("false")
    boolean requireSignature();
}
