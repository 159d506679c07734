package dev.muster.standalone.postgres;

import java.security.SecureRandom;
import java.util.Base64;

/** Passwords of the roles a new cluster gets; an existing cluster keeps those it was made with. */
public record PostgresPasswords(
        String superuser, String owner, String app, String ingest, String jobs, String keycloak) {
    private static final int RANDOM_BYTES = 24;

    /** New random ones. */
    public static PostgresPasswords random() {
        SecureRandom random = new SecureRandom();
        return new PostgresPasswords(
                next(random), next(random), next(random), next(random), next(random), next(random));
    }

    /** Keeps secrets out of logs. */
    @Override
    public String toString() {
        return "PostgresPasswords[...]";
    }

    private static String next(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
