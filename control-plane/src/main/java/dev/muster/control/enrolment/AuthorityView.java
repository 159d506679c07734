package dev.muster.control.enrolment;

import java.security.GeneralSecurityException;
import java.time.Instant;

/**
 * An authority as people see it.
 *
 * @param root subject of its root
 * @param fingerprint of its root, as agents pin it
 * @param issuesFrom when it began or begins to issue
 * @param ends when the first certificate of its chain ends
 * @param serves whether the server's own certificates are its
 * @param rootKeyHere whether the key of its root lies on this server
 */
public record AuthorityView(
        String id,
        State state,
        String subject,
        String root,
        String fingerprint,
        Instant issuesFrom,
        Instant ends,
        boolean serves,
        boolean rootKeyHere) {
    /** What it does. */
    public enum State {
        /** Believed; issues soon. */
        UPCOMING,
        ISSUING,
        /** Believed; issues no more. */
        FORMER,
        /** Not believed any more. */
        RETIRED
    }

    static AuthorityView of(Authority authority, boolean issues, boolean serves, Instant now) {
        Instant from = authority.issuesFrom();
        State state = authority.retired()
                ? State.RETIRED
                : issues ? State.ISSUING : from.isAfter(now) ? State.UPCOMING : State.FORMER;
        try {
            return new AuthorityView(
                    authority.id(),
                    state,
                    authority.certificate().getSubjectX500Principal().getName(),
                    authority.root().getSubjectX500Principal().getName(),
                    CertificateAuthority.fingerprint(authority.root()),
                    from.equals(Instant.MIN)
                            ? authority.certificate().getNotBefore().toInstant()
                            : from,
                    authority.ends(),
                    serves,
                    authority.ownRoot());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
