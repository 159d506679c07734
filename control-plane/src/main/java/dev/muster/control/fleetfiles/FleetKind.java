package dev.muster.control.fleetfiles;

import dev.muster.control.access.Access;
import dev.muster.control.access.Role;
import dev.muster.policy.language.FleetDocument;
import dev.muster.policy.language.FleetParser;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * How one feature takes part in the fleet as files. Every bean of this type is found by its kinds; thread-safe. All methods join
 * the transaction of the whole folder: what they throw changes nothing at all.
 */
public interface FleetKind {
    /** The kinds of documents that are its own; of what goes, those named first go first. */
    List<String> kinds();

    /** What its changes need, for the whole fleet. */
    Role role();

    /** What looking at its things needs, for the whole fleet. */
    default Role readRole() {
        return Role.VIEWER;
    }

    /** What it needs to bring them to devices. */
    default Role deliveryRole() {
        return role();
    }

    /** What others may name has a lower number: it is made earlier and goes later. */
    int order();

    /** What differs from a document; reads only. */
    Difference compare(Handle handle, Access access, FleetDocument document);

    /** What would be lost if the thing went; empty where there is none, or where it is none that goes. Reads only. */
    Optional<Difference> removal(Handle handle, Access access, String kind, String name);

    /** All its things that can be kept in files, as documents. Reads only. */
    default List<Exported> export(Handle handle, Access access) {
        return List.of();
    }

    /** Makes or changes what documents say, all of which differ; in the order in which they need each other. */
    default void carryOut(Handle handle, Access access, List<FleetDocument> documents, FleetParser.Result files) {
        for (FleetDocument document : documents) {
            Misplaced.done(document, () -> carryOut(handle, access, document));
        }
    }

    /** Makes or changes what one document says. */
    void carryOut(Handle handle, Access access, FleetDocument document);

    /** Ends the thing, for which {@link #removal} found something. */
    void remove(Handle handle, Access access, String kind, String name);

    /** Names of one kind, in the order in which they can go. */
    default List<String> removable(Handle handle, String kind, List<String> names) {
        return names;
    }

    /** How many devices it concerns, as things are after the change; empty where that is no question. */
    default OptionalLong devices(Handle handle, Access access, String kind, String name) {
        return OptionalLong.empty();
    }

    /** Why something of it waits for a second person, as things are after the change. */
    default Optional<String> waits(Handle handle, Access access, String kind, String name) {
        return Optional.empty();
    }

    /** Whether what is written has not been brought to devices yet. Reads only. */
    default boolean isUndelivered(Handle handle, Access access) {
        return false;
    }

    /**
     * Brings what is written to devices, where that is a step of its own and there is something to bring.
     *
     * @param ours {@code Kind/name} of all documents of the folder and of those that went
     */
    default Optional<Delivery> deliver(Handle handle, Access access, Terms terms, Set<String> ours) {
        return Optional.empty();
    }

    /**
     * A thing as a document.
     *
     * @param yaml with the end of its last line
     */
    record Exported(String kind, String name, String yaml) {}

    /** What differs. */
    record Difference(FleetChange.Action action, List<FleetChange.Field> fields) {
        /** Nothing. */
        public static final Difference NONE = new Difference(FleetChange.Action.NONE, List.of());

        public Difference {
            fields = List.copyOf(fields);
        }

        /** A new thing. */
        public static Difference create(List<FleetChange.Field> fields) {
            return new Difference(FleetChange.Action.CREATE, fields);
        }

        /** A change of fields, or nothing where there are none. */
        public static Difference change(List<FleetChange.Field> fields) {
            return fields.isEmpty() ? NONE : new Difference(FleetChange.Action.CHANGE, fields);
        }

        /** The end of a thing. */
        public static Difference delete(List<FleetChange.Field> fields) {
            return new Difference(FleetChange.Action.DELETE, fields);
        }
    }

    /**
     * How changes are brought to devices.
     *
     * @param waves as rollouts take them; empty for what is usual
     */
    record Terms(String comment, List<WaveTerms> waves) {
        public Terms {
            waves = List.copyOf(waves);
        }
    }

    /** One wave, as rollouts take it. */
    record WaveTerms(
            @Nullable String name,
            @Nullable Integer percent,
            @Nullable Integer count,
            @Nullable Integer successPercent,
            @Nullable Integer minReached,
            @Nullable String soak,
            @Nullable Boolean approval,
            @Nullable String metric) {}

    /**
     * What was brought to devices; also its form on the wire.
     *
     * @param what such as {@code policy version 4}
     * @param devices of the rollout
     * @param changed on how many of them something differs; null where nobody counted
     * @param rollout its id; null where there was no device
     * @param waits whether a second person has to approve it first
     */
    record Delivery(
            String kind,
            String what,
            long devices,
            @Nullable Long changed,
            @Nullable String rollout,
            boolean waits) {}
}
