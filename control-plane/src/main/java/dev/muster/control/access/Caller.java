package dev.muster.control.access;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import java.util.Set;

/** Who acts, in which tenant. Identity is what {@link #actor()} says, never a name or an email. */
public sealed interface Caller {
    /** The tenant it acts in. */
    TenantId tenant();

    /** The identity, for audit rows and {@code createdBy}. */
    String actor();

    /** A name for people; proves nothing. */
    String name();

    /**
     * A person or a service, known by an OpenID token.
     *
     * @param groups of the token's group claim
     */
    record Login(TenantId tenant, String issuer, String subject, String name, Set<String> groups) implements Caller {
        public Login {
            groups = Set.copyOf(groups);
        }

        @Override
        public String actor() {
            return issuer + "#" + subject;
        }
    }

    /**
     * A service account of this server, known by one of its tokens.
     *
     * @param token the id of the token
     */
    record Service(TenantId tenant, String account, String token) implements Caller {
        @Override
        public String actor() {
            return ServiceAccount.ACTOR + account;
        }

        @Override
        public String name() {
            return account + " (token " + token + ")";
        }
    }

    /**
     * Whoever used the break-glass secret: the administrator of tenant {@code default} while the OpenID provider fails.
     *
     * @param madeBy who made the secret, as the machine knew him; for people to read
     */
    record BreakGlass(String id, String madeBy) implements Caller {
        private static final String ACTOR = ServiceAccount.ISSUER + "#break-glass/";

        /** Whether an {@link #actor()} is one of these: nobody can tell which person it was. */
        public static boolean acts(String actor) {
            return actor.startsWith(ACTOR);
        }

        @Override
        public TenantId tenant() {
            return TenantId.DEFAULT;
        }

        @Override
        public String actor() {
            return ACTOR + id;
        }

        @Override
        public String name() {
            return "break-glass " + id + " (made by " + madeBy + ")";
        }
    }

    /** A device, known by its certificate. */
    record Device(DeviceRef ref) implements Caller {
        @Override
        public TenantId tenant() {
            return ref.tenant();
        }

        @Override
        public String actor() {
            return ref.uri().toString();
        }

        @Override
        public String name() {
            return ref.device().value();
        }
    }

    /** The server itself, such as a job; {@code part} says which. */
    record Server(TenantId tenant, String part) implements Caller {
        @Override
        public String actor() {
            return "muster#" + part;
        }

        @Override
        public String name() {
            return part;
        }
    }
}
