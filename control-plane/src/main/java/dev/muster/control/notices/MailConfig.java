package dev.muster.control.notices;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Locale;
import java.util.Optional;

/** The server that takes e-mail. */
@ConfigMapping(prefix = "muster.mail")
public interface MailConfig {
    /** Its name; without one no e-mail is sent. */
    Optional<String> host();

    /** TCP port. */
    @WithDefault("587")
    int port();

    /** How the connection is protected. */
    @WithDefault("starttls")
    Protection protection();

    /** Who sends, such as {@code muster@example.org}. */
    @WithDefault("muster@localhost")
    String from();

    /** Who logs in there; with a password, or not at all. */
    Optional<String> username();

    /** Of the user; never over a connection that is not protected. */
    Optional<String> password();

    /** How a connection is protected. */
    enum Protection {
        /** Plain, then TLS or nothing at all. */
        STARTTLS,
        TLS,
        /** For a server on this machine, and for trials. */
        NONE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
