package dev.muster.agent.apps;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How a platform holds apps. Every method may be repeated after a power cut and then ends the same. */
public interface AppStore {
    /** An app in force; {@code sha256} of the package it came from, empty if somebody else put it there. */
    record Installed(AppPackage app, Optional<String> sha256) {}

    /**
     * What the signed profile of an app gives it.
     *
     * @param apl {@code normal}, {@code system_basic} or {@code system_core}
     * @param acls permissions above that level that it may ask for all the same
     */
    record Privilege(String apl, List<String> acls) {
        /** Of an app whose profile nobody read. */
        public static final Privilege NORMAL = new Privilege("normal", List.of());

        public Privilege {
            acls = List.copyOf(acls);
        }
    }

    /** What the profile of an app in force gives it; stores of plain files read no profile. */
    default Privilege privilege(AppPackage app) {
        return Privilege.NORMAL;
    }

    /** Every app in force, by bundle name. */
    List<Installed> installed() throws IOException;

    /** The app in force under this bundle name. */
    default Optional<Installed> installed(String bundle) throws IOException {
        return installed().stream()
                .filter(app -> app.app().bundle().equals(bundle))
                .findFirst();
    }

    /** Apps that are there and whose record is not; each line names its file. */
    default List<String> damaged() throws IOException {
        return List.of();
    }

    /** Makes the package ready beside the version in force, which stays untouched. */
    void stage(HapFile hap, String sha256) throws IOException;

    /**
     * The one atomic switch to a staged package.
     *
     * @throws dev.muster.agent.store.AlteredException if its files are not what was staged any more; no switch was made
     * @throws BadPackageException if the platform's own installer refused it; no switch was made
     */
    void activate(String bundle, String sha256) throws IOException;

    /**
     * The files of the app in force are not those of its package any more: it counts from now on, and after a restart, as
     * put there by somebody else.
     */
    void distrust(String bundle) throws IOException;

    /** What is wrong with the app in force, or empty if it can be used. */
    Optional<String> problem(String bundle) throws IOException;

    /** Back to the version before the last {@link #activate}, or to none if there was none. */
    void revert(String bundle) throws IOException;

    /** Forgets every version but the one in force. */
    void commit(String bundle) throws IOException;

    /** Removes the app with all versions. */
    void remove(String bundle) throws IOException;

    /** Where the app's files lie, for platforms that keep them as files. */
    Optional<Path> location(String bundle) throws IOException;
}
