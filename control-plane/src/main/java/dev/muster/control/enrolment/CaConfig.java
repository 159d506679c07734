package dev.muster.control.enrolment;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Where new keys of certificate authorities are made. */
@ConfigMapping(prefix = "muster.ca")
public interface CaConfig {
    /** A PKCS#11 token; keys lie in files without it. */
    Pkcs11 pkcs11();

    /** Both or none. */
    interface Pkcs11 {
        /** Configuration file of the JDK's provider SunPKCS11. */
        Optional<Path> config();

        /** File whose first line is the user's PIN. */
        Optional<Path> pinFile();
    }
}
