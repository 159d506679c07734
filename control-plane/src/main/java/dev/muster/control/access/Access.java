package dev.muster.control.access;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.identity.TenantId;

/** A right that the guard found: who, to do what needs {@code role}, on which devices. */
public record Access(Caller caller, Role role, Scope scope) {
    /** The tenant of the request. */
    public TenantId tenant() {
        return caller.tenant();
    }

    /**
     * This right, if a person has it; for what asks for two people. A problem for a program: whoever may make one could
     * otherwise agree with itself.
     */
    public Access person() {
        return switch (caller) {
            case Caller.Login login -> this;
            case Caller.Service service ->
                throw new ProblemException(
                        ProblemCode.FORBIDDEN,
                        "expected a person, found service account `" + service.account()
                                + "`: a program approves nothing");
            case Caller.BreakGlass glass ->
                throw new ProblemException(
                        ProblemCode.FORBIDDEN,
                        "expected a person, found the break-glass login: nobody knows who uses it, so it is no second person");
            case Caller.Device device -> throw new ProblemException(ProblemCode.FORBIDDEN, "expected a person");
            case Caller.Server server -> throw new ProblemException(ProblemCode.FORBIDDEN, "expected a person");
        };
    }

    /** This right, if it holds for the whole fleet; for what belongs to no single device. A problem otherwise. */
    public Access fleetWide() {
        if (!scope.fleetWide()) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN,
                    "expected the role `" + role.text() + "` for the whole fleet, found it for some devices only");
        }
        return this;
    }
}
