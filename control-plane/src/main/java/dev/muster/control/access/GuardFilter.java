package dev.muster.control.access;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Passes every operation through the guard before its body is read, so that no input is judged before the caller is. */
@Singleton
class GuardFilter {
    private final Guard guard;

    GuardFilter(Guard guard) {
        this.guard = guard;
    }

    @ServerRequestFilter(priority = Priorities.AUTHORIZATION)
    void check(ResourceInfo resource) {
        Method method = resource.getResourceMethod();
        RequiresRole required = method.getAnnotation(RequiresRole.class);
        if (required != null) {
            Access access = guard.require(required.value());
            if (required.fleetWide()) {
                access.fleetWide();
            }
            return;
        }
        if (!method.isAnnotationPresent(Unguarded.class)) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "nobody may do this: it names no role");
        }
    }
}
