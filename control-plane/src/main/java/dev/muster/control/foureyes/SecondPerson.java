package dev.muster.control.foureyes;

import dev.muster.control.access.Access;
import dev.muster.control.access.AccessConfig;
import dev.muster.control.access.Caller;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.ServiceAccountStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Who counts as a second person. A person is an identity of the provider, whatever roles, groups or tokens lead to it; a
 * program is whoever made it. Fails closed. Thread-safe.
 */
@Singleton
public final class SecondPerson {
    /** Why nothing that break-glass asked for can be agreed to. */
    static final String BREAK_GLASS =
            "expected a change that a person asked for, found one of the break-glass login, or of a program made with it:"
                    + " nobody can tell who that was, so nobody is a second person; ask for it again as yourself";

    private final ServiceAccountStore accounts;
    private final RoleBindingStore bindings;
    private final List<String> formerIssuers;

    SecondPerson(ServiceAccountStore accounts, RoleBindingStore bindings, AccessConfig config) {
        this.accounts = accounts;
        this.bindings = bindings;
        this.formerIssuers = config.formerIssuers().orElse(List.of());
    }

    /** The identities that stand behind a caller, its own included: to be kept with what it asks for. */
    public Set<String> behind(Handle handle, Caller caller) {
        return accounts.people(handle, caller);
    }

    /**
     * The same for an identity of which nothing else was kept. The problem {@code conflict} where that cannot be told any
     * more.
     */
    public Set<String> behind(Handle handle, String actor) {
        return accounts.people(handle, actor)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.CONFLICT,
                        "cannot tell who stands behind `" + actor + "`, which is gone: ask for it again"));
    }

    /** The right of the caller, if it is a person who is none of {@code asking}; the problem {@code forbidden} otherwise. */
    public Access require(Handle handle, Access access, Set<String> asking) {
        access.person();
        if (!(access.caller() instanceof Caller.Login login)) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "expected a person");
        }
        refusal(login, asking, formerIssuers, bindings.isService(handle, login)).ifPresent(reason -> {
            throw new ProblemException(ProblemCode.FORBIDDEN, reason);
        });
        return access;
    }

    /**
     * Pure: why this login may not agree; empty where it may.
     *
     * @param formerIssuers under which the provider knew the same people before
     * @param service whether a role binding says that it is a program of the provider
     */
    static Optional<String> refusal(
            Caller.Login login, Collection<String> asking, List<String> formerIssuers, boolean service) {
        if (service) {
            return Optional.of("expected a person, found a service of the provider: a program approves nothing");
        }
        if (asking.stream().anyMatch(Caller.BreakGlass::acts)) {
            return Optional.of(BREAK_GLASS);
        }
        Set<String> mine = new LinkedHashSet<>();
        mine.add(login.actor());
        formerIssuers.forEach(issuer -> mine.add(issuer + "#" + login.subject()));
        return asking.stream().anyMatch(mine::contains)
                ? Optional.of(
                        "expected another person than the one who asked for it, by whatever role, group or program")
                : Optional.empty();
    }
}
