package dev.muster.control.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The role that an operation of the REST API asks for. The guard checks it before the body is read; an operation that has
 * neither this nor {@link Unguarded} is refused for everybody.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RequiresRole {
    /** The role. */
    Role value();

    /** Whether it must hold for the whole fleet, for what belongs to no single device. */
    boolean fleetWide() default false;
}
