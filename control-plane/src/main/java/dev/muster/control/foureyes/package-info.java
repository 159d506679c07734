/**
 * Four eyes: what a tenant marks critical nobody does alone. The rule (which kinds of change), who counts as a second person
 * ({@code SecondPerson}), and the changes that wait for one. Features ask through {@code FourEyesService} and carry their
 * changes out as {@code CriticalChange} beans; this package knows none of them.
 *
 * <p>INVARIANT (four eyes): nothing that the rule names takes effect before a person agreed who neither asked for it nor
 * stands behind the program that did.
 */
@NullMarked
package dev.muster.control.foureyes;

import org.jspecify.annotations.NullMarked;
