package dev.muster.control.access;

import java.time.Instant;

/**
 * A program that acts for itself: a name in one tenant, whose rights are role bindings like those of people and whose tokens this
 * server gives out. It approves nothing: four eyes are those of people.
 *
 * @param tokens how many of its tokens are still good
 */
public record ServiceAccount(String name, String description, Instant createdAt, String createdByName, long tokens) {
    /** The issuer under which role bindings name service accounts; no OpenID provider has such an address. */
    public static final String ISSUER = "muster";

    /** How identities of service accounts begin; their name follows. */
    static final String ACTOR = ISSUER + "#service/";
}
