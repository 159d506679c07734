package dev.muster.control.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation of the REST API that needs no login, or any login; {@link #reason} says why that is safe. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Unguarded {
    /** Why it is safe. */
    String reason();
}
